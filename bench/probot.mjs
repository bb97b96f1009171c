// The yardstick: Probot as its documentation starts it, with a handler that does nothing.
import { run } from "probot";

await run((app) => {
  app.onAny(async () => {});
});
