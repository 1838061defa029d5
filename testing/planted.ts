/** Providers that break one promise each, around one that keeps it: the judge must convict them of exactly that. */
import type {
  HttpAnswer,
  ProviderHost,
  ProviderUnderTest,
  ResourceMethods,
  SendHttp,
  SentHttp,
} from "./provider";

interface Wrong {
  /** What it does instead of sending a request. */
  readonly send?: (request: SentHttp, host: ProviderHost) => Promise<HttpAnswer>;
  /** What it does instead of some of the calls, for both kinds of resource. */
  readonly methods?: (right: ResourceMethods, host: ProviderHost) => Partial<ResourceMethods>;
}

function around(right: ProviderUnderTest, make: () => Wrong): ProviderUnderTest {
  return {
    ...right,
    make: (host) => {
      const wrong = make();
      const send: SendHttp = (request) => wrong.send?.(request, host) ?? host.send(request);
      const made = right.make({ ...host, send });
      const wrapped = (methods: ResourceMethods): ResourceMethods => ({
        ...methods,
        ...wrong.methods?.(methods, host),
      });
      return { attachment: wrapped(made.attachment), disks: wrapped(made.disks) };
    },
  };
}

type Plant = (right: ProviderUnderTest) => ProviderUnderTest;

const planted = (make: () => Wrong): Plant => {
  return (right) => around(right, make);
};

const isAdd = ({ method, url }: SentHttp) => method === "POST" && url.endsWith("/volumes");
const isDelete = ({ url }: SentHttp) => url.endsWith("/batch-delete");

/** The same request with another body. */
function altered(request: SentHttp, change: (body: Record<string, unknown[]>) => object): SentHttp {
  const body = JSON.parse(request.body ?? "{}") as Record<string, unknown[]>;
  return { ...request, body: JSON.stringify({ ...body, ...change(body) }) };
}

/** Deletes another disk of the desktop along with the first one that it is to delete. */
export const deletesNeighbour = (neighbour: string): Plant => {
  let deleted = false;
  return planted(() => ({
    send: (request, { send }) => {
      if (!isDelete(request) || deleted) return send(request);
      deleted = true;
      return send(altered(request, ({ volume_ids: ids = [] }) => ({ volume_ids: [...ids, neighbour] })));
    },
  }));
};

/** Overlooks `deletionProtection`. */
export const deletesProtected = planted(() => ({
  methods: (right) => ({ delete: (id, props) => right.delete(id, { ...props, deletionProtection: false }) }),
}));

/** Gives the second resource of a run the disk of the first. */
export const givesOneDiskTwice = planted(() => {
  let first: ReturnType<ResourceMethods["create"]> | undefined;
  return { methods: (right) => ({ create: (inputs) => (first ??= right.create(inputs)) }) };
});

/** Sends its first add again when the job of the first is over. */
export const resendsAdd = (): Plant => {
  let sent = false;
  return planted(() => ({
    send: async (request, { send, clock }) => {
      const answer = await send(request);
      if (!isAdd(request) || sent) return answer;
      sent = true;
      await clock.sleep(10_000);
      await send(request);
      return answer;
    },
  }));
};

/** Adds the first disk, and forgets to say so. */
export const losesDisk = (): Plant => {
  let lost = false;
  return planted(() => ({
    methods: (right) => ({
      create: async (inputs) => {
        const made = await right.create(inputs);
        if (lost) return made;
        lost = true;
        throw new Error("the disk was not added");
      },
    }),
  }));
};

/** Takes every failed read for a proof that the disk is gone. */
export const forgetsOnError = planted(() => ({
  methods: (right) => ({ read: (id, props) => right.read(id, props).catch(() => ({ id: "", props: {} })) }),
}));

/** Says that a disk is deleted, and does nothing. */
export const deletesNothing = planted(() => ({ methods: () => ({ delete: () => Promise.resolve() }) }));

/** Looks at the desktop once more when everybody has gone. */
export const looksTooLate = planted(() => {
  let last: SentHttp | undefined;
  return {
    send: (request, { send }) => {
      if (request.method === "GET") last = request;
      return send(request);
    },
    methods: (right, { clock, send }) => ({
      create: async (inputs) => {
        const made = await right.create(inputs);
        void clock.sleep(100).then(() => (last === undefined ? undefined : send(last)));
        return made;
      },
    }),
  };
});

/** Takes its time. */
export const endsTooLate = planted(() => ({
  methods: (right, { clock }) => ({
    create: async (inputs) => {
      const made = await right.create(inputs);
      await clock.sleep(20_000);
      return made;
    },
  }),
}));

/** Logs its requests with their headers. */
export const logsToken = planted(() => ({
  send: (request, { send, log }) => {
    log.debug(JSON.stringify(request.headers));
    return send(request);
  },
}));

/** Keeps the password in state. */
export const storesPassword = planted(() => ({
  methods: (right, { env }) => ({
    create: async (inputs) => {
      const { id, outs } = await right.create(inputs);
      return { id, outs: { ...outs, login: Buffer.from(env.HW_USER_PASSWORD ?? "").toString("base64") } };
    },
  }),
}));

/** Sends every delete twice at once. */
export const sendsTwoAtOnce = planted(() => ({
  send: async (request, { send }) => {
    if (!isDelete(request)) return send(request);
    const [answer] = await Promise.all([send(request), send(request)]);
    return answer;
  },
}));

/** Puts eleven disks into its first add. */
export const addsEleven = (): Plant => {
  let sent = false;
  return planted(() => ({
    send: (request, { send }) => {
      if (!isAdd(request) || sent) return send(request);
      sent = true;
      return send(altered(request, ({ volumes = [] }) => ({ volumes: Array(11).fill(volumes[0]) })));
    },
  }));
};

/** Finds something to update in every run. */
export const neverContent = planted(() => ({
  methods: () => ({ diff: () => Promise.resolve({ changes: true, replaces: [] }) }),
}));

/** Says that a disk has grown, and does nothing. */
export const growsNothing = planted(() => ({
  methods: () => ({
    update: (_id, olds, news) => Promise.resolve({ outs: { ...olds, size: news.size } }),
  }),
}));
