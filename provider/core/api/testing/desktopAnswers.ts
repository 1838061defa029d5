/** A data volume as the service writes it. */
export const disk = (id: string, more = {}) => ({ volume_id: id, type: "SSD", size: 100, ...more });

/** A desktop as the service writes it, with one data volume. */
export const desktop = (id: string, more = {}) => ({
  desktop_id: id,
  computer_name: `PC-${id}`,
  status: "ACTIVE",
  root_volume: { volume_id: "root" },
  data_volumes: [disk("v1")],
  ...more,
});
