/**
 * Stands for `@huaweicloudos/pulumi` in the programs of the pages: its desktop, with the inputs of version 0.0.11
 * (`sdk/nodejs/workspace/desktop.ts` in huaweicloud/pulumi-huaweicloud). A newer version may have others.
 */
import * as pulumi from "@pulumi/pulumi";

interface DesktopVolume {
  type: pulumi.Input<string>;
  size: pulumi.Input<number>;
}

interface DesktopArgs {
  flavorId: pulumi.Input<string>;
  imageType: pulumi.Input<string>;
  imageId: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
  userName: pulumi.Input<string>;
  userEmail: pulumi.Input<string>;
  userGroup: pulumi.Input<string>;
  rootVolume: pulumi.Input<DesktopVolume>;
  name?: pulumi.Input<string>;
  nics?: pulumi.Input<pulumi.Input<{ networkId: pulumi.Input<string> }>[]>;
  securityGroups?: pulumi.Input<pulumi.Input<string>[]>;
  dataVolumes?: pulumi.Input<pulumi.Input<DesktopVolume>[]>;
}

class Desktop extends pulumi.CustomResource {
  constructor(name: string, args: DesktopArgs, opts?: pulumi.CustomResourceOptions) {
    super("huaweicloud:Workspace/desktop:Desktop", name, { ...args }, opts);
  }
}

export const workspace = { Desktop };
