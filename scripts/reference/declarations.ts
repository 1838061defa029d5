/** What the sources of this package say of their public interface, read with the compiler. */
import { join } from "node:path";
import ts from "typescript";
import { repositoryRoot } from "../repository";

/** A property with its documentation. */
export interface DocumentedProperty {
  readonly name: string;
  /** As TypeScript writes it, without `Input` and `Output` around it. */
  readonly type: string;
  readonly optional: boolean;
  readonly text: string;
}

/** A class, an interface or a function with its documentation. */
export interface Documented {
  readonly name: string;
  readonly text: string;
}

/** The exports of one module. */
export class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor(file = join(repositoryRoot, "sdk", "index.ts")) {
    const settings = ts.readConfigFile(join(repositoryRoot, "tsconfig.json"), ts.sys.readFile.bind(ts.sys));
    const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, repositoryRoot);
    const program = ts.createProgram([file], { ...options, noEmit: true });
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    this.#exports = new Map(
      this.#checker.getExportsOfModule(module).map((symbol) => [symbol.name, this.#original(symbol)]),
    );
  }

  /** Every name that the module exports. */
  names(): string[] {
    return [...this.#exports.keys()];
  }

  /** A class, an interface or a function. Throws where there is none of that name. */
  documented(name: string): Documented {
    return { name, text: this.#text(this.#export(name)) };
  }

  /** The properties of an interface, those that it has from others too, in their order. */
  properties(name: string): DocumentedProperty[] {
    const symbol = this.#export(name);
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    return this.#checker.getPropertiesOfType(type).map((property) => this.#property(property));
  }

  /** The outputs that a resource class declares itself. */
  outputs(name: string): DocumentedProperty[] {
    const members = [...(this.#export(name).members?.values() ?? [])];
    return members
      .filter((member) => (member.flags & ts.SymbolFlags.Property) !== 0)
      .map((member) => this.#property(member));
  }

  /** The names of the functions that a class has besides its objects. */
  functions(name: string): string[] {
    const members = [...(this.#export(name).exports?.values() ?? [])];
    return members
      .filter((member) => (member.flags & ts.SymbolFlags.Method) !== 0)
      .map((member) => member.name);
  }

  /** Such a function. Throws where the class has none of that name. */
  documentedFunction(name: string, member: string): Documented {
    return { name: `${name}.${member}`, text: this.#text(this.#function(name, member)) };
  }

  /** What such a function is called with, as far as its comment tells of it. */
  parameters(name: string, member: string): DocumentedProperty[] {
    const type = this.#checker.getTypeOfSymbol(this.#function(name, member));
    const parameters = type.getCallSignatures().flatMap((signature) => signature.getParameters());
    return parameters.map((parameter) => this.#property(parameter)).filter(({ text }) => text !== "");
  }

  #function(name: string, member: string): ts.Symbol {
    const symbol = this.#export(name).exports?.get(ts.escapeLeadingUnderscores(member));
    if (symbol === undefined) throw new Error(`there is no function ${name}.${member}`);
    return symbol;
  }

  #property(symbol: ts.Symbol): DocumentedProperty {
    const declared = symbol.declarations?.[0];
    if (declared === undefined || !isTyped(declared)) throw new Error(`${symbol.name} is no property`);
    const type = bare(declared.type?.getText() ?? "");
    return {
      name: symbol.name,
      type: type.replace(/ \| undefined$/, ""),
      optional: declared.questionToken !== undefined || type.endsWith(" | undefined"),
      text: this.#text(symbol),
    };
  }

  #text(symbol: ts.Symbol): string {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
    return text
      .split(/\n\n+/)
      .map((paragraph) => paragraph.replace(/\s*\n\s*/g, " "))
      .join("\n\n");
  }

  /** What a name stands for: `GetDesktopResult` is documented where the fact is. */
  #original(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #export(name: string): ts.Symbol {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`there is no export ${name}`);
    return symbol;
  }
}

function isTyped(
  node: ts.Node,
): node is ts.PropertySignature | ts.PropertyDeclaration | ts.ParameterDeclaration {
  return ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
}

/** Every value may be an `Input` or comes as an `Output`; that is said once. */
function bare(type: string): string {
  const inner = /^pulumi\.(?:Input|Output)<(.*)>$/.exec(type)?.[1];
  return (inner ?? type).replace(/pulumi\.Input<(\w+)>/g, "$1");
}
