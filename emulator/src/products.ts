/** A package that desktops are bought as. */
interface Product {
  readonly id: string;
  readonly flavor: string;
  readonly os: "Windows" | "Linux";
  readonly architecture: "x86" | "arm";
  /** Its series. */
  readonly package: string;
  readonly cpu: number;
  /** GB */
  readonly memory: number;
  /** 0 is yearly/monthly. */
  readonly chargeMode: "0" | "1";
}

const usual = {
  id: "workspace.x86.ultimate.large2",
  flavor: "workspace.x86.ultimate.large2",
  os: "Windows",
  architecture: "x86",
  package: "ultimate",
  cpu: 2,
  memory: 4,
  chargeMode: "1",
} as const satisfies Product;

/** What desktops are unless something else is said. */
export const usualProduct = usual.id;

const products: readonly Product[] = [
  usual,
  {
    ...usual,
    id: "workspace.x86.ultimate.xlarge2",
    flavor: "workspace.x86.ultimate.xlarge2",
    cpu: 4,
    memory: 8,
  },
  // The definitions' example.
  {
    id: "workspace.k.xlarge.2.linux",
    flavor: "kc1.xlarge.2",
    os: "Linux",
    architecture: "arm",
    package: "enterprise",
    cpu: 4,
    memory: 8,
    chargeMode: "0",
  },
];

/** What the description of a product says of it. A desktop can have any product: an unknown one is like the usual. */
export function describedProduct(id: string) {
  return described(products.find((product) => product.id === id) ?? { ...usual, id, flavor: id });
}

function described({ id, flavor, cpu, memory }: Product) {
  return {
    product_id: id,
    flavor_id: flavor,
    type: "BASE",
    cpu: String(cpu),
    memory: String(memory * 1024),
    descriptions: `CPU:${cpu}vCPUs,Memory:${memory}GB`,
  };
}

/** The parameters of ListProducts. */
export interface ProductQuery {
  product_id?: string;
  availability_zone?: string;
  os_type?: string;
  charge_mode?: string;
  architecture?: string;
  package_type?: string;
  limit: number;
  offset: number;
}

/** What ListProducts answers. It shows a zone, a system and, for one series, an architecture that was asked for. */
export function listProducts(region: string, query: ProductQuery): object {
  const { availability_zone, os_type, architecture, package_type, offset, limit } = query;
  const is = (value: string, wanted: string | undefined) => (wanted ?? "") === "" || value === wanted;
  // Each zone of the region has everything.
  const isSold = (availability_zone ?? "").startsWith(region) || is("", availability_zone);
  const found = products.filter(
    (product) =>
      isSold &&
      is(product.id, query.product_id) &&
      is(product.os, os_type) &&
      is(product.chargeMode, query.charge_mode) &&
      is(product.architecture, architecture) &&
      is(product.package, package_type),
  );
  return {
    products: found.slice(offset, offset + limit).map((product) => ({
      ...described(product),
      architecture: product.architecture,
      charge_mode: product.chargeMode,
      cloud_service_type: "hws.service.type.vdi",
      contain_data_disk: false,
      is_gpu: false,
      resource_type: "hws.resource.type.vdi.vm",
      status: "normal",
      system_disk_size: "80",
      system_disk_type: "SAS",
      volume_product_type: "workspace",
    })),
    total_count: found.length,
    ...(availability_zone !== undefined && { availability_zone }),
    ...(os_type !== undefined && { os_type }),
    ...(package_type === "agile" && architecture !== undefined && { architecture }),
  };
}
