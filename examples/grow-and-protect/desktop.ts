import * as pulumi from "@pulumi/pulumi";

/**
 * Stands for the resource that makes the desktop in your program, of whatever
 * provider. This one makes and deletes nothing: it only knows the id.
 */
export class Desktop extends pulumi.dynamic.Resource {
  declare readonly desktopId: pulumi.Output<string>;

  constructor(name: string, args: { desktopId: pulumi.Input<string> }) {
    super(provider, name, args);
  }
}

const provider: pulumi.dynamic.ResourceProvider<{ desktopId: string }, { desktopId: string }> = {
  create: ({ desktopId }) => Promise.resolve({ id: desktopId, outs: { desktopId } }),
};
