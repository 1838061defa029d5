/** Expressions of GitHub Actions, evaluated by GitHub's own library. */
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** What names in an expression stand for, such as `github` and `vars`. */
export interface Contexts {
  readonly [name: string]: string | undefined | Contexts;
}

function dictionary(values: Contexts): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "object" ? dictionary(value) : new data.StringData(value ?? ""),
  }));
  return new data.Dictionary(...pairs);
}

/** The value of an expression. Throws at a context that is not given. */
function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  return new Evaluator(
    new Parser(tokens, Object.keys(contexts), []).parse(),
    dictionary(contexts),
  ).evaluate();
}

/** Puts the values of all `${{ … }}` into a text. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}

/** Whether a condition holds, with or without `${{ }}` around it; where there is none, it does. */
export function holds(condition: string | undefined, contexts: Contexts): boolean {
  const expression = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition ?? "")?.[1] ?? condition;
  return expression === undefined || interpolate(`\${{ (${expression}) && 'yes' }}`, contexts) === "yes";
}
