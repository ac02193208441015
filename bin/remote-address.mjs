// Preloaded into the web server: x-forwarded-for becomes the one address that a request came from. A sender can write
// anything into that header, so only what the proxies in front have added to it counts; TRUST_PROXY says how many they are.
import { subscribe } from "node:diagnostics_channel";

const proxies = Number(process.env.TRUST_PROXY || 0);

subscribe("http.server.request.start", ({ request }) => {
  request.headers["x-forwarded-for"] = addressOf(
    request.headers["x-forwarded-for"] ?? "",
    request.socket.remoteAddress ?? "unknown",
    proxies,
  );
});

/** Each proxy adds the address that it was asked from at the end, and is itself the one that asks us. */
export function addressOf(forwarded, socketAddress, proxyCount) {
  const all = [...forwarded.split(","), socketAddress].map((part) => part.trim()).filter(Boolean);
  return (all.at(-1 - proxyCount) ?? all[0]).replace(/^::ffff:/, "").slice(0, 60);
}
