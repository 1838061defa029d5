import Fastify, { type FastifyInstance } from "fastify";

/** How values are checked: as they are. Nothing is turned into another type, and nothing is taken out. */
export const ajvOptions = { coerceTypes: false, removeAdditional: false, strict: false } as const;

type Validate = (value: unknown) => string | undefined;

/** Holds values against schemas, with the validator that the server itself uses; each schema is compiled once. */
export class Validation {
  private readonly validators = new Map<object, Validate>();

  private constructor(private readonly app: FastifyInstance) {}

  static async open(): Promise<Validation> {
    const app = Fastify({ ajv: { customOptions: ajvOptions } });
    // The validator is set up with the first route that needs one.
    app.post("/", { schema: { body: {} } }, () => undefined);
    await app.ready();
    return new Validation(app);
  }

  /** Says what is wrong with a value, or nothing. */
  problem(schema: object, value: unknown): string | undefined {
    let validate = this.validators.get(schema);
    if (!validate) {
      validate = this.compile(schema);
      this.validators.set(schema, validate);
    }
    return validate(value);
  }

  private compile(schema: object): Validate {
    const { validatorCompiler } = this.app;
    if (!validatorCompiler) throw new Error("fastify has no validator");
    const validate = validatorCompiler({ schema, method: "POST", url: "", httpPart: "body" });
    return (value) => {
      const result = validate(value) as unknown;
      if (result === true) return undefined;
      return (validate.errors ?? [])
        .map(({ instancePath, message, params }) =>
          [instancePath, message, detail(params)]
            .filter((part) => part !== undefined && part !== "")
            .join(" "),
        )
        .join("; ");
    };
  }
}

function detail(params: Record<string, unknown>): string | undefined {
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === "string") return `(${additionalProperty})`;
  if (Array.isArray(allowedValues)) return `(${allowedValues.join(", ")})`;
  return undefined;
}
