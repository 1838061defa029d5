import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Kind } from "../core/disk/inputs";
import { refuse } from "../core/disk/refuse";
import type { Difference, DiskResource, Result } from "../core/disk/resource";
import type { Problem } from "../core/errors";
import type { Call, Properties } from "../core/host";
import { shownProblem } from "../front/shownProblem";
import { limitOf, READ_LIMIT, type TimedOperation, type TimeLimit } from "../front/timeLimits";
import { detailedDiff } from "./detailedDiff";
import { currentUrn } from "./engineLog";
import { KeptFailure, Unimplemented } from "./errors";
import type { ProviderInstance } from "./instance";
import { previewOutputs } from "./preview";
import { packageName, tokenOf } from "./schema";
import type { Caller } from "./service";
import { fromStruct, storedStruct, toStruct } from "./values";

/** The common part of all requests about a resource. */
interface ResourceRequest {
  getUrn(): string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  [tokenOf("DataDiskAttachment")]: "DataDiskAttachment",
  [tokenOf("DesktopDataDisks")]: "DesktopDataDisks",
};

/** The kind of resource of a token. Throws `Unimplemented` for other tokens. */
export function kindOf(token: string): Kind {
  const kind = KINDS[token];
  if (kind !== undefined) return kind;
  throw new Unimplemented(`${packageName} has no resource ${token}; it has ${Object.keys(KINDS).join(", ")}`);
}

/** Converts the engine's calls for resources, with their values and time limits, to calls of the core, and the results back. */
export class Resources {
  /** By URN and id: whether something had changed when a refresh read a resource that no program has checked since. */
  readonly #refreshed = new Map<string, Map<string, boolean>>();

  /** Resources that this run has imported: the engine compares them with the program, and updates them at once. */
  readonly #imported = new Set<string>();

  constructor(private readonly instance: ProviderInstance) {}

  check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    return this.#handle(request, false, ({ resource, preview }) => {
      this.#refreshed.delete(request.getUrn());
      const news = fromStruct(request.getNews());
      const problems = resource.check(preview, storedStruct(request.getOlds()), news);
      const response = new proto.CheckResponse();
      response.setInputs(toStruct(news));
      response.setFailuresList(problems.map((problem) => checkFailure(problem, news)));
      return response;
    });
  }

  diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    return this.#handle(request, false, ({ resource, preview }) => {
      const displayed = this.#displayed(request);
      if (displayed !== undefined) return displayed;
      const [olds, news] = [storedStruct(request.getOlds()), storedStruct(request.getNews())];
      const isImported = this.#imported.has(oneOf(request.getUrn(), request.getId()));
      const difference = resource.diff(preview, request.getId(), olds, news, isImported);
      this.#showLines(difference);
      return detailedDiff(difference);
    });
  }

  create(request: proto.CreateRequest, caller: Caller): Promise<proto.CreateResponse> {
    return this.#handle(request, !request.getPreview(), async ({ kind, resource, preview, run }) => {
      const news = storedStruct(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        refuse(String(news.desktopId), await resource.lookAtNew(preview, news), "Adding");
        response.setProperties(toStruct(previewOutputs(kind, {}, news)));
        return response;
      }
      const { id, state } = kept(await resource.create(run("create", request.getTimeout(), caller), news));
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    });
  }

  /** Refresh, look-up by id, and import: the engine sends inputs for all but the last. */
  read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    return this.#handle(request, true, async ({ kind, resource, call }) => {
      const id = request.getId();
      const state = storedStruct(request.getProperties());
      const reading = call("run", READ_LIMIT);
      const isImport = !request.hasInputs();
      // `DesktopDataDisks.get` knows only the id: everything else is read as in an import.
      const isLookUp =
        kind === "DesktopDataDisks" && state.stateVersion === undefined && state.disks === undefined;
      const found =
        isImport || isLookUp
          ? await resource.import(reading, id, isImport ? { deletionProtection: true } : {})
          : await resource.read(reading, id, state);
      const response = new proto.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(toStruct(found.state));
      if (found.inputs !== undefined) response.setInputs(toStruct(found.inputs));
      if (isImport) this.#imported.add(oneOf(request.getUrn(), found.id));
      if (!isImport && state.desktopId !== undefined)
        this.#noteRefreshed(request.getUrn(), found.id, found.inputs !== undefined);
      return response;
    });
  }

  update(request: proto.UpdateRequest, caller: Caller): Promise<proto.UpdateResponse> {
    return this.#handle(request, !request.getPreview(), async ({ kind, resource, preview, run }) => {
      const [olds, news] = [storedStruct(request.getOlds()), storedStruct(request.getNews())];
      const response = new proto.UpdateResponse();
      if (request.getPreview()) await resource.lookAtChange(preview, request.getId(), olds, news);
      const outputs = request.getPreview()
        ? previewOutputs(kind, olds, news)
        : kept(
            await resource.update(run("update", request.getTimeout(), caller), request.getId(), olds, news),
          ).state;
      response.setProperties(toStruct(outputs));
      return response;
    });
  }

  delete(request: proto.DeleteRequest, caller: Caller): Promise<Empty> {
    return this.#handle(request, true, async ({ resource, run }) => {
      const state = storedStruct(request.getProperties());
      await resource.delete(run("delete", request.getTimeout(), caller), request.getId(), state);
      return new Empty();
    });
  }

  async #handle<T>(
    request: ResourceRequest,
    joins: boolean,
    work: (parts: {
      kind: Kind;
      resource: DiskResource;
      call: (phase: Call["phase"], limit: TimeLimit) => Call;
      preview: Call;
      run: (operation: TimedOperation, seconds: number, caller: Caller) => Call;
    }) => Promise<T> | T,
  ): Promise<T> {
    const { core } = this.instance;
    const urn = request.getUrn();
    const kind = kindOf(typeIn(urn));
    const resource = kind === "DataDiskAttachment" ? core.attachment : core.desktopDisks;
    const call = (phase: Call["phase"], limit: TimeLimit) => this.#call(urn, phase, limit);
    const run = (operation: TimedOperation, seconds: number, caller: Caller): Call => {
      const changing = call("run", limitIn(operation, seconds));
      return { ...changing, halted: () => changing.halted() ?? caller.left() };
    };
    core.arrived(joins);
    try {
      const parts = { kind, resource, call, preview: call("preview", READ_LIMIT), run };
      return await currentUrn.run(urn, async () => work(parts));
    } finally {
      core.left();
    }
  }

  #call(urn: string, phase: Call["phase"], limit: TimeLimit): Call {
    const { instance } = this;
    return {
      phase,
      resourceKey: urn.split("::").at(-1) ?? urn,
      ...limit,
      signal: instance.signal,
      report: (progress) => {
        instance.report(urn, progress);
      },
      halted: () => instance.halted(),
    };
  }

  /**
   * The answer to the diff of a refresh. After a read, the engine asks for the
   * difference to the former inputs, only to display it. A refusal, such as to
   * shrink, would fail the refresh. A diff for an update follows a check.
   */
  #displayed(request: proto.DiffRequest): proto.DiffResponse | undefined {
    const ofUrn = this.#refreshed.get(request.getUrn());
    const changes = ofUrn?.get(request.getId());
    ofUrn?.delete(request.getId());
    return changes === undefined
      ? undefined
      : detailedDiff({ changes, replaces: [], lines: [], properties: [] });
  }

  #noteRefreshed(urn: string, id: string, changes: boolean): void {
    const ofUrn = this.#refreshed.get(urn) ?? new Map<string, boolean>();
    this.#refreshed.set(urn, ofUrn.set(id, changes));
  }

  /** Shows what happens to each disk of a set: the engine shows only which properties change. */
  #showLines({ lines }: Difference): void {
    if (lines.length > 0) this.instance.log.info(lines.join("\n"));
  }
}

/** The state to keep. Throws it together with the failure, if there is one. */
function kept(result: Result): { id: string; state: Properties } {
  if (result.failure !== undefined) throw new KeptFailure(result.failure, result);
  return result;
}

function checkFailure({ property, reason }: Problem, inputs: Properties): proto.CheckFailure {
  const own =
    property === "timeouts" ? "is not an input; use the resource option customTimeouts. [HWD1102]" : reason;
  const shown = shownProblem({ property, reason: own }, inputs);
  const failure = new proto.CheckFailure();
  failure.setProperty(shown.property);
  failure.setReason(shown.reason);
  return failure;
}

/** The engine sends `customTimeouts` in seconds, and 0 if none is set. */
function limitIn(operation: TimedOperation, seconds: number): TimeLimit {
  return limitOf(operation, seconds > 0 ? seconds * 1_000 : undefined);
}

/** While a resource is replaced, the old one and the new one have the same URN. */
function oneOf(urn: string, id: string): string {
  return `${urn} ${id}`;
}

/** `urn:pulumi:stack::project::parent$type::name` */
function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
