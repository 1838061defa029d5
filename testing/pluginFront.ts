/**
 * The plugin front as the provider under test: all values travel as they do
 * over gRPC, without the connection. What the engine itself keeps of a plugin's
 * resources, such as their time limits, is kept here.
 */
import type { Message } from "google-protobuf";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Kind } from "../provider/core/disk/inputs";
import { serviceError } from "../provider/plugin/errors";
import { PluginService } from "../provider/plugin/service";
import { fromStruct } from "../provider/plugin/values";
import type { Props, ProviderHost, ProviderProcess, ProviderUnderTest, ResourceMethods } from "./provider";

export const pluginFront: ProviderUnderTest = { make: makePlugin, knowsDeletionPolicy: true };

/** The only connection; its engine waits for every answer. */
const CALLER = { peer: "engine", left: () => undefined };

function makePlugin(host: ProviderHost): ProviderProcess {
  const service = new PluginService({ ...host, write: () => undefined });
  service.handshake(new proto.ProviderHandshakeRequest(), CALLER);
  const configuration = new proto.ConfigureRequest();
  configuration.setName("default");
  configuration.setArgs(new Struct());
  service.configure(configuration, CALLER);
  return {
    attachment: methodsOf(service, "DataDiskAttachment"),
    disks: methodsOf(service, "DesktopDataDisks"),
  };
}

function methodsOf(service: PluginService, kind: Kind): ResourceMethods {
  const urnOf = (name: string) => `urn:pulumi:dev::test::huaweicloud-workspace:index:${kind}::${name}`;
  return {
    async check(olds, news) {
      const request = new proto.CheckRequest();
      request.setUrn(urnOf("checked"));
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      const response = await calling(proto.CheckResponse, () =>
        service.check(travelled(proto.CheckRequest, request), CALLER),
      );
      const failures = response
        .getFailuresList()
        .map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
      return { inputs: propsOf(response.getInputs(), news), failures };
    },

    async diff(id, olds, news) {
      const request = new proto.DiffRequest();
      request.setUrn(urnOf(id));
      request.setId(id);
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      const response = await calling(proto.DiffResponse, () =>
        service.diff(travelled(proto.DiffRequest, request), CALLER),
      );
      return {
        changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: response.getReplacesList(),
      };
    },

    async create(inputs) {
      const request = new proto.CreateRequest();
      request.setUrn(urnOf("created"));
      request.setProperties(structOf(inputs));
      request.setTimeout(secondsOf(inputs, "create"));
      const response = await calling(
        proto.CreateResponse,
        () => service.create(travelled(proto.CreateRequest, request), CALLER),
        inputs,
      );
      return { id: response.getId(), outs: propsOf(response.getProperties(), inputs) };
    },

    async read(id, props) {
      const request = new proto.ReadRequest();
      request.setUrn(urnOf(id));
      request.setId(id);
      request.setProperties(structOf(props));
      request.setInputs(structOf(props));
      const response = await calling(proto.ReadResponse, () =>
        service.read(travelled(proto.ReadRequest, request), CALLER),
      );
      const inputs = response.getInputs();
      return {
        id: response.getId(),
        props: propsOf(response.getProperties(), props),
        ...(inputs === undefined ? {} : { inputs: propsOf(inputs, props) }),
      };
    },

    async update(id, olds, news) {
      const request = new proto.UpdateRequest();
      request.setUrn(urnOf(id));
      request.setId(id);
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      request.setTimeout(secondsOf(news, "update"));
      const response = await calling(
        proto.UpdateResponse,
        () => service.update(travelled(proto.UpdateRequest, request), CALLER),
        news,
      );
      return { outs: propsOf(response.getProperties(), news) };
    },

    async delete(id, props) {
      const request = new proto.DeleteRequest();
      request.setUrn(urnOf(id));
      request.setId(id);
      request.setProperties(structOf(props));
      request.setTimeout(secondsOf(props, "delete"));
      try {
        await service.delete(travelled(proto.DeleteRequest, request), CALLER);
      } catch (error) {
        throw received(error, props);
      }
    },
  };
}

/** The class of a message. */
interface MessageType<T> {
  deserializeBinary(bytes: Uint8Array): T;
}

/** A message as the other side receives it. */
function travelled<T extends Message>(type: MessageType<T>, message: T): T {
  return type.deserializeBinary(message.serializeBinary());
}

async function calling<T extends Message>(
  type: MessageType<T>,
  call: () => Promise<T>,
  props: Props = {},
): Promise<T> {
  try {
    return travelled(type, await call());
  } catch (error) {
    throw received(error, props);
  }
}

/** An error as the engine makes it from what travels: with the state that came along. */
function received(error: unknown, props: Props): Error {
  const { details, metadata } = serviceError(error);
  const [packed] = metadata.get("grpc-status-details-bin");
  if (!(packed instanceof Buffer)) return new Error(details);
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const kept = proto.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  // The engine shows the reasons; the message beside them is cut.
  return Object.assign(new Error(kept.getReasonsList().join("\n")), {
    id: kept.getId(),
    properties: propsOf(kept.getProperties(), props),
  });
}

/** The engine keeps time limits itself, as an option of the resource. */
const OF_THE_ENGINE = ["timeouts", "__provider"];

function structOf(props: Props): Struct {
  const own = Object.entries(props).filter(([name]) => !OF_THE_ENGINE.includes(name));
  return Struct.fromJavaScript(Object.fromEntries(own) as Record<string, JavaScriptValue>);
}

function propsOf(struct: Struct | undefined, { timeouts }: Props): Props {
  return { ...fromStruct(struct), ...(timeouts === undefined ? {} : { timeouts }) };
}

function secondsOf({ timeouts }: Props, operation: "create" | "update" | "delete"): number {
  const given = (timeouts as Record<string, string> | undefined)?.[operation] ?? "";
  return Number(/^(\d+)s$/.exec(given)?.[1] ?? 0);
}
