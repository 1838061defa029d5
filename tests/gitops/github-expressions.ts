/** The part of GitHub's expression language that the workflow uses. */

/** What names in an expression stand for, such as `github` and `vars`. */
export interface Contexts {
  readonly [name: string]: string | undefined | Contexts;
}

type Value = string | boolean | undefined;

const token = /\s*(?:(?<sign>&&|\|\||==|!=|[(),])|'(?<text>[^']*)'|(?<name>[A-Za-z_][\w.]*))\s*/y;

/** Puts the values of all `${{ … }}` into a text. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    String(evaluate(expression, contexts) ?? ""),
  );
}

/** Whether a condition holds, with or without `${{ }}` around it; where there is none, it does. */
export function holds(condition: string | undefined, contexts: Contexts): boolean {
  const expression = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition ?? "")?.[1] ?? condition;
  return expression === undefined || Boolean(evaluate(expression, contexts));
}

/** The value of an expression. Throws at what it does not know. */
export function evaluate(expression: string, contexts: Contexts): Value {
  const tokens = tokensOf(expression);
  const take = (...signs: string[]) =>
    tokens[0]?.sign !== undefined && signs.includes(tokens[0].sign) ? tokens.shift()?.sign : undefined;
  const expect = (sign: string) => {
    if (take(sign) === undefined) throw new Error(`${sign} expected in ${expression}`);
  };

  function either(): Value {
    let left = both();
    while (take("||") !== undefined) {
      const right = both();
      left = left === undefined || left === "" || left === false ? right : left;
    }
    return left;
  }
  function both(): Value {
    let left = comparison();
    while (take("&&") !== undefined) {
      const right = comparison();
      left = left === undefined || left === "" || left === false ? left : right;
    }
    return left;
  }
  function comparison(): Value {
    const left = operand();
    const sign = take("==", "!=");
    if (sign === undefined) return left;
    return (lowerCase(left) === lowerCase(operand())) === (sign === "==");
  }
  function operand(): Value {
    if (take("(") !== undefined) {
      const value = either();
      expect(")");
      return value;
    }
    const { text, name } = tokens.shift() ?? {};
    if (text !== undefined) return text;
    if (name === "startsWith") {
      expect("(");
      const whole = lowerCase(either());
      expect(",");
      const start = lowerCase(either());
      expect(")");
      return whole.startsWith(start);
    }
    if (name === undefined) throw new Error(`not understood: ${expression}`);
    return lookUp(name, contexts);
  }

  const value = either();
  if (tokens.length > 0) throw new Error(`not understood: ${expression}`);
  return value;
}

function tokensOf(expression: string): { sign?: string; text?: string; name?: string }[] {
  token.lastIndex = 0;
  const found: { sign?: string; text?: string; name?: string }[] = [];
  while (token.lastIndex < expression.length) {
    const groups = token.exec(expression)?.groups;
    if (groups === undefined) throw new Error(`not understood: ${expression}`);
    found.push(groups);
  }
  return found;
}

/** GitHub compares without regard to case, and takes nothing for an empty text. */
function lowerCase(value: Value): string {
  return String(value ?? "").toLowerCase();
}

function lookUp(path: string, contexts: Contexts): Value {
  const [first = "", ...rest] = path.split(".");
  if (!(first in contexts)) throw new Error(`no context ${first}`);
  let value: string | undefined | Contexts = contexts[first];
  for (const name of rest) value = typeof value === "object" ? value[name] : undefined;
  if (typeof value === "object") throw new Error(`${path} is no single value`);
  return value;
}
