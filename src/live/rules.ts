/** Today's cache rules: those of `pictor.config.ts`, or those of the live document where there is one. */
import type { Config } from "../config.ts";
import { MAX_DOCUMENT_BYTES, readRulesDocument, versionIn } from "../policy/rules/document.ts";
import type { Rules } from "../policy/rules/match.ts";
import type { RulesContext } from "../policy/rules/read.ts";
import type { Clock } from "../ports.ts";
import { createLiveDocument, fixed, type LiveDocument } from "./document.ts";
import { documentStoreOf } from "./document-store.ts";

export interface LiveRulesTools {
  readonly env: Readonly<Record<string, unknown>>;
  readonly now: Clock;
  /** For logs. Must not throw. */
  readonly onError: (error: unknown, what: string) => void;
}

/** One an isolate. Throws ConfigError where `RULES_DOCUMENT` names a binding that is not there. */
export function createLiveRules(config: Config, tools: LiveRulesTools): LiveDocument<Rules> {
  const { rules, rulesDocument: location } = config;
  const configured = { value: rules, source: "pictor.config.ts", version: versionOf(rules) };
  if (!location) return fixed(configured, tools.now());
  const context = contextOf(config);
  return createLiveDocument({
    store: documentStoreOf(tools.env, location),
    key: location.key,
    name: location.text,
    maxBytes: MAX_DOCUMENT_BYTES,
    read: (text, file) => {
      const { version, rules: value } = readRulesDocument(text, { ...context, file });
      return { version, value };
    },
    versionIn,
    configured,
    now: tools.now,
    onError: tools.onError,
  });
}

function contextOf({ mounts, presets }: Config): Omit<RulesContext, "file"> {
  return { mounts: Object.keys(mounts), presets: Object.keys(presets) };
}

/** Tells two lists of rules apart, so that deployments can be compared: FNV-1a, 32 bits. */
export function versionOf(rules: Rules): string {
  const text = JSON.stringify(rules.map(({ definition }) => definition));
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
