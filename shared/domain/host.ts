import { z } from 'zod';
import { connectionStates } from './fleet/states';
import { messageSchema } from './text-schema';

/** A host is where commands run: this workstation, a node reached over SSH, or an imported offline collection. */
const named = { id: z.string(), name: z.string().min(1), tags: z.array(z.string()) };

/** How to reach a node over SSH. `alias` is the entry of ssh config it came from; empty fields fall back to ssh config. */
export const sshTargetSchema = z.object({
  alias: z.string().nullable(),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  /** Private key files, in the order tried. Empty: the usual files in `~/.ssh`. */
  identityFiles: z.array(z.string()),
  useAgent: z.boolean(),
  /** Gateways from near to far, each as `[user@]host[:port]` or an ssh config alias. */
  proxyJump: z.array(z.string()),
  /** Where this host's keys are kept (UserKnownHostsFile). Null or absent: the setting, else `~/.ssh/known_hosts`. */
  knownHostsFile: z.string().nullish(),
});
export type SshTarget = z.infer<typeof sshTargetSchema>;

export const hostSpecSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), ...named }),
  z.object({ kind: z.literal('ssh'), ...named, target: sshTargetSchema }),
  z.object({ kind: z.literal('bundle'), ...named, collectedAtMs: z.number().nullable(), importedAtMs: z.number() }),
]);
export type HostSpec = z.infer<typeof hostSpecSchema>;
export type HostKind = HostSpec['kind'];

/** One offered host key, fingerprint as `ssh-keygen -l` prints it (`SHA256:…`). */
export const hostKeySchema = z.object({ keyType: z.string(), sha256: z.string() });
export type HostKey = z.infer<typeof hostKeySchema>;

/**
 * Why a host can't be used, as a code with its data. Screens switch on the code and say what to do next; no message of
 * a library is parsed. `via` names the gateway at fault when it is not the host itself.
 */
export const hostErrorSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('dns'), address: z.string(), via: z.string().nullable() }),
  z.object({ code: z.literal('refused'), address: z.string(), port: z.number(), via: z.string().nullable() }),
  z.object({ code: z.literal('unreachable'), address: z.string(), port: z.number(), via: z.string().nullable() }),
  z.object({
    code: z.literal('timeout'),
    address: z.string(),
    port: z.number(),
    timeoutMs: z.number(),
    via: z.string().nullable(),
  }),
  z.object({
    code: z.literal('auth-failed'),
    user: z.string(),
    /** Methods the server offered and what was tried, in order, e.g. `publickey ~/.ssh/id_ed25519`. */
    offered: z.array(z.string()),
    tried: z.array(z.string()),
    /** Keys that could not be used, with the reason. */
    skipped: z.array(z.object({ what: z.string(), why: messageSchema })),
    via: z.string().nullable(),
  }),
  z.object({ code: z.literal('host-key-rejected'), offered: hostKeySchema, via: z.string().nullable() }),
  /** Accepted by the user, who would be asked again at each connection. */
  z.object({
    code: z.literal('host-key-not-saved'),
    offered: hostKeySchema,
    message: messageSchema,
    via: z.string().nullable(),
  }),
  z.object({
    code: z.literal('host-key-changed'),
    offered: hostKeySchema,
    known: z.array(hostKeySchema),
    knownHostsFile: z.string(),
    line: z.number().nullable(),
    via: z.string().nullable(),
  }),
  z.object({ code: z.literal('not-ssh'), address: z.string(), port: z.number(), detail: z.string() }),
  /** The node closed the connection while the person at the screen was asked something. */
  z.object({ code: z.literal('unanswered'), via: z.string().nullable() }),
  /** The server hung up before its first word, as one with too many logins going on does. */
  z.object({ code: z.literal('busy'), detail: z.string(), via: z.string().nullable() }),
  /** The gateway lets the user in, but not through. */
  z.object({
    code: z.literal('forwarding-refused'),
    address: z.string(),
    port: z.number(),
    via: z.string().nullable(),
  }),
  z.object({ code: z.literal('handshake'), detail: z.string(), via: z.string().nullable() }),
  z.object({ code: z.literal('connection-lost'), detail: z.string() }),
  z.object({ code: z.literal('no-shell'), detail: z.string() }),
  /** Neither base64 nor od: nothing that a command prints could be carried whole. */
  z.object({ code: z.literal('no-encoder') }),
  z.object({
    code: z.literal('bad-config'),
    message: messageSchema,
    file: z.string().nullable(),
    line: z.number().nullable(),
  }),
  z.object({ code: z.literal('unsupported'), detail: z.string() }),
  z.object({ code: z.literal('cancelled') }),
]);
export type HostError = z.infer<typeof hostErrorSchema>;

/** What is known of a host's connection right now. Bundles and the local host are always `connected`. */
export const hostStatusSchema = z.object({
  hostId: z.string(),
  connection: z.enum(connectionStates),
  error: hostErrorSchema.nullable(),
  connectedAtMs: z.number().nullable(),
  lastSeenAtMs: z.number().nullable(),
  /** Commands that would not die and are being left alone, each as its command line. */
  hungCommands: z.array(z.string()),
  /** sudo's password was given for this session. */
  hasSudoPassword: z.boolean().optional(),
  /** Something that needs root was refused since it was connected: sudo wants a password, or does not let this login. */
  isSudoDenied: z.boolean().optional(),
});
export type HostStatus = z.infer<typeof hostStatusSchema>;
