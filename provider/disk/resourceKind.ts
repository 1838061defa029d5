import type { Difference } from "./attachmentCheck";
import type { Problem } from "./desktopRoom";

type Props = Readonly<Record<string, unknown>>;

/** What a kind of resource does, free of the front that the engine calls it through. */
export interface ResourceKind {
  check(olds: Props, news: Props): Problem[];
  diff(id: string, olds: Props, news: Props): Difference;
  create(inputs: Props): Promise<{ id: string; outs: object }>;
  /** Nothing: the resource is gone. */
  read(id: string, props: Props): Promise<{ outs: object; inputs: object | undefined } | undefined>;
  update(id: string, olds: Props, news: Props): Promise<object>;
  delete(id: string, props: Props): Promise<void>;
}
