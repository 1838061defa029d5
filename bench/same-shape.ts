/*
 * A provider that does nothing, for resources with the inputs and outputs of a
 * `DataDiskAttachment`: what the engine and its SDK take for such a resource,
 * whoever provides it.
 */

type Props = Record<string, unknown>;

const told = {
  projectId: "e0000000000000000000000000000001",
  region: "cn-north-4",
  endpoint: "http://127.0.0.1:40000",
  device: "/dev/sdb",
  displayName: "data-f2e745ca",
  createTime: "2026-01-02T03:04:05.678Z",
  billResourceId: "50dfffc2-c502-443e-829f-3aaa3fc340a5",
  resourceSpecCode: "workspace.volume.ssd",
  volumeId: "f2e745ca-4c5d-4eba-ab66-efac3fb36360",
  stateVersion: 1,
};

let made = 0;

export const provider = {
  check: (_olds: Props, news: Props) => Promise.resolve({ inputs: news, failures: [] }),
  diff: () => Promise.resolve({ changes: false, replaces: [] }),
  create: (inputs: Props) => {
    made += 1;
    const id = `${String(inputs.desktopId)}/f2e745ca-4c5d-4eba-ab66-${String(made).padStart(12, "0")}`;
    return Promise.resolve({ id, outs: { ...inputs, ...told } });
  },
  read: (id: string, props: Props) => Promise.resolve({ id, props }),
  delete: () => Promise.resolve(),
};
