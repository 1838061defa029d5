import { proxyFor } from "./transport";

const HTTPS_PROXY = "http://proxy.corp.example:3128";

test.each<[string, string, Record<string, string>, string | undefined]>([
  ["none is set", "https://a.example", {}, undefined],
  ["HTTPS_PROXY", "https://a.example", { HTTPS_PROXY }, "HTTPS_PROXY"],
  ["lower case", "https://a.example", { https_proxy: HTTPS_PROXY }, "https_proxy"],
  ["HTTP_PROXY is not for https", "https://a.example", { HTTP_PROXY: HTTPS_PROXY }, undefined],
  ["HTTP_PROXY is for http", "http://a.example", { HTTP_PROXY: HTTPS_PROXY }, "HTTP_PROXY"],
  ["ALL_PROXY is for what has none", "https://a.example", { ALL_PROXY: HTTPS_PROXY }, "ALL_PROXY"],
  ["blank is unset", "https://a.example", { HTTPS_PROXY: " " }, undefined],
  ["this machine", "https://127.0.0.1:8443", { HTTPS_PROXY }, undefined],
  ["this machine by name", "https://localhost", { HTTPS_PROXY }, undefined],
  ["this machine in IPv6", "https://[::1]", { HTTPS_PROXY }, undefined],
])("%s", (_, url, env, setBy) => {
  expect(proxyFor(url, env)?.setBy).toBe(setBy);
});

test.each<[string, string, boolean]>([
  ["*", "https://a.example", true],
  ["corp.example", "https://corp.example", true],
  ["corp.example", "https://workspace.corp.example", true],
  ["corp.example", "https://notcorp.example", false],
  [".corp.example", "https://workspace.corp.example", true],
  [".corp.example", "https://corp.example", false],
  ["*.corp.example", "https://workspace.corp.example", true],
  ["*.corp.example", "https://corp.example", false],
  ["CORP.example", "https://Workspace.Corp.Example", true],
  ["a.example, corp.example", "https://corp.example", true],
  ["a.example corp.example", "https://corp.example", true],
  ["corp.example:443", "https://corp.example", true],
  ["corp.example:8443", "https://corp.example", false],
  ["corp.example:8443", "https://corp.example:8443", true],
  ["10.1.2.3", "https://10.1.2.3", true],
  ["10.1.2.3:8443", "https://10.1.2.3:8443", true],
  ["10.1.2.30", "https://10.1.2.3", false],
  ["10.0.0.0/8", "https://10.1.2.3", true],
  ["10.0.0.0/8", "https://11.1.2.3", false],
  ["10.0.0.0/99", "https://10.1.2.3", false],
  ["fd00::/8", "https://[fd00::1]", true],
  ["[fd00::1]:443", "https://[fd00::1]", true],
  ["", "https://corp.example", false],
  ["[[/8,:,//", "https://corp.example", false],
])("NO_PROXY=%s exempts %s: %s", (NO_PROXY, url, exempt) => {
  expect(proxyFor(url, { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(exempt);
});

test.each([
  ["proxy.corp.example:3128", "http://proxy.corp.example:3128/"],
  ["proxy.corp.example", "http://proxy.corp.example/"],
  ["https://user:pass@proxy.corp.example", "https://user:pass@proxy.corp.example/"],
  ["socks5://proxy.corp.example", undefined],
  ["http://[bad", undefined],
])("HTTPS_PROXY=%s is %s", (value, url) => {
  expect(proxyFor("https://a.example", { HTTPS_PROXY: value })).toMatchObject({ setBy: "HTTPS_PROXY" });
  expect(proxyFor("https://a.example", { HTTPS_PROXY: value })?.url?.href).toBe(url);
});
