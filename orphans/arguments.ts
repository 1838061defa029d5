import { parseArgs } from "node:util";

/** A command line that cannot be understood. */
export class BadArguments extends Error {
  override readonly name = "BadArguments";
}

/** How the command ends. */
export const EXIT = { nothing: 0, error: 1, findings: 2 } as const;

export const help = `Usage: npx pulumi-huaweicloud-workspace orphans [options] [FILE...]

Compares the states of Pulumi stacks with the desktops that they name, and lists
what lies around: volumes that none of these stacks owns, operations that a run
did not see the end of, resources whose volume is gone, volumes with several
owners. For each it prints what puts it right. It changes nothing.

Give every stack that works on these desktops: the disks of a stack that is
left out seem to be owned by nobody.

  FILE            a state, as "pulumi stack export --file FILE" writes it;
                  - reads one from standard input
  --stack NAME    a stack, whose state "pulumi stack export" is asked for; may be
                  given several times. Stacks of several projects are told apart
                  as organization/project/stack
  --cwd DIR       folder of the project of these stacks (default: this one)
  --desktop ID    a desktop to look at although no state names it, in the region
                  and project of the environment; may be given several times
  --json          the report as JSON
  --help          this text

Credentials come from the same environment variables as for "pulumi up"
(HW_ACCESS_KEY, HW_SECRET_KEY, ...) or from the shared configuration file. The
stack configuration is not read. Region and project are those recorded in state.

Exit codes:
  ${EXIT.nothing}  nothing lies around
  ${EXIT.error}  an error: something could not be read, so the report may lack something
  ${EXIT.findings}  something lies around
`;

/** What a command line asks for. */
export interface Arguments {
  files: string[];
  stacks: string[];
  cwd: string | undefined;
  desktops: string[];
  json: boolean;
  help: boolean;
}

/** Reads the command line, without the name of the command. Throws `BadArguments`. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const { stack = [], cwd, desktop = [], json = false, help = false } = values;
  if (!help && stack.length + positionals.length + desktop.length === 0) {
    throw new BadArguments(
      "give the state of a stack as FILE, a stack with --stack NAME, or a desktop with --desktop ID",
    );
  }
  if (cwd !== undefined && stack.length === 0) {
    throw new BadArguments("--cwd says where the stacks of --stack are; without --stack it says nothing");
  }
  const wrong = desktop.find((id) => id === "" || /[/]|^\.+$/.test(id));
  if (wrong !== undefined) throw new BadArguments(`--desktop ${JSON.stringify(wrong)} is no id of a desktop`);
  return { files: positionals, stacks: stack, cwd, desktops: desktop, json, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        stack: { type: "string", multiple: true },
        cwd: { type: "string" },
        desktop: { type: "string", multiple: true },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}
