import Fastify, { type FastifyInstance } from "fastify";

/** As fastify has it: the reasons are left behind on the function. */
type Compiled = ReturnType<NonNullable<FastifyInstance["validatorCompiler"]>>;

let opening: Promise<Validation> | undefined;

/**
 * Holds values against schemas, with the validator that fastify brings. Values
 * are taken as they are: nothing is turned into another type, and nothing is
 * taken out. A schema is compiled once for all emulators of the process, since
 * that takes longer than everything else at their start.
 */
export class Validation {
  private readonly known = new WeakMap<object, Compiled>();

  private constructor(private readonly compiler: NonNullable<FastifyInstance["validatorCompiler"]>) {}

  static open(): Promise<Validation> {
    opening ??= Validation.create();
    return opening;
  }

  /** The function that looks at values of this schema. */
  compiled(schema: object): Compiled {
    const known = this.known.get(schema);
    if (known) return known;
    const fresh = this.compiler({ schema, method: "POST", url: "", httpPart: "body" });
    this.known.set(schema, fresh);
    return fresh;
  }

  /** Says what is wrong with a value, or nothing. */
  problem(schema: object, value: unknown): string | undefined {
    const validate = this.compiled(schema);
    const result = validate(value) as unknown;
    if (result === true) return undefined;
    return described(validate.errors ?? []);
  }

  private static async create(): Promise<Validation> {
    const app = Fastify({
      ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } },
    });
    // The validator is set up with the first route that needs one.
    app.post("/", { schema: { body: {} } }, () => undefined);
    await app.ready();
    if (!app.validatorCompiler) throw new Error("fastify has no validator");
    return new Validation(app.validatorCompiler);
  }
}

/**
 * What is wrong, in words.
 * @param place where the value is that was looked at
 */
export function described(
  errors: readonly Readonly<{ instancePath: string; message?: string; params: Record<string, unknown> }>[],
  place = "",
): string {
  return errors
    .map(({ instancePath, message, params }) =>
      [`${place}${instancePath}`, message, detail(params)].filter(
        (part) => part !== undefined && part !== "",
      ),
    )
    .map((parts) => parts.join(" "))
    .join("; ");
}

function detail(params: Record<string, unknown>): string | undefined {
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === "string") return `(${additionalProperty})`;
  if (Array.isArray(allowedValues)) return `(${allowedValues.join(", ")})`;
  return undefined;
}
