"""The same program through the Automation API, which needs no Python language host:

    python automation.py FOLDER up|preview|refresh|destroy [KEY=VALUE ...]

FOLDER keeps the settings of the stack. `preview` fails where there is a change.
"""

import sys

from pulumi import automation

from disks import disks


def main(folder: str, operation: str, *settings: str) -> None:
    stack = automation.create_or_select_stack(
        stack_name="test",
        project_name="python",
        program=disks,
        opts=automation.LocalWorkspaceOptions(work_dir=folder),
    )
    for setting in settings:
        key, _, value = setting.partition("=")
        stack.set_config(key, automation.ConfigValue(value))
    if operation == "up":
        stack.up(on_output=print)
    elif operation == "preview":
        stack.preview(on_output=print, expect_no_changes=True)
    elif operation == "refresh":
        stack.refresh(on_output=print)
    elif operation == "destroy":
        stack.destroy(on_output=print)
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
