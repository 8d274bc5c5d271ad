import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { hostErrorSchema, hostKeySchema, hostSpecSchema, hostStatusSchema, sshTargetSchema } from '../domain/host';
import { messageSchema } from '../domain/text-schema';
import { procedure } from './errors';

const hostId = z.object({ hostId: z.string() });
const hostView = z.object({ spec: hostSpecSchema, status: hostStatusSchema });
export type HostView = z.infer<typeof hostView>;

/** A host that is no longer there, as others learn of it that did not remove it. */
const removedHostSchema = z.object({ hostId: z.string(), isRemoved: z.literal(true) });
export type RemovedHost = z.infer<typeof removedHostSchema>;

/** A host as the user gives it, before it has an id. Missing SSH fields come from ssh config, then from OpenSSH's defaults. */
export const newHostSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), name: z.string().optional() }),
  z.object({
    kind: z.literal('ssh'),
    name: z.string().optional(),
    tags: z.array(z.string()).optional(),
    target: sshTargetSchema.partial().extend({ address: z.string().min(1) }),
  }),
]);
export type NewHost = z.infer<typeof newHostSchema>;

/** A question the engine has for the person at the screen while it connects. It waits until answered or cancelled. */
export const promptSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('credentials'),
    id: z.string(),
    hostId: z.string().nullable(),
    /** What asks: `password for user@host`, a key's passphrase, or the server's own keyboard-interactive words. */
    method: z.enum(['password', 'passphrase', 'keyboard-interactive']),
    target: z.string(),
    keyFile: z.string().nullable(),
    instructions: z.string().nullable(),
    fields: z.array(z.object({ text: z.string(), isSecret: z.boolean() })),
    isRetry: z.boolean(),
    canRemember: z.boolean(),
  }),
  z.object({
    kind: z.literal('host-key'),
    id: z.string(),
    hostId: z.string().nullable(),
    target: z.string(),
    offered: hostKeySchema,
    knownHostsFile: z.string(),
  }),
]);
export type Prompt = z.infer<typeof promptSchema>;

/** What an Ansible inventory would add. `target` is what each host resolves to, with ssh config. */
export const ansiblePreviewSchema = z.object({
  format: z.enum(['ini', 'yaml']),
  hosts: z.array(
    z.object({
      host: newHostSchema,
      target: sshTargetSchema,
      line: z.number(),
      /** The saved host that it is, by name. */
      knownAs: z.string().nullable(),
      /** The host further up that leads to the same place. */
      sameAs: z.string().nullable(),
    }),
  ),
  /** What was not taken over. `line` null: the file as a whole; `file`: of `group_vars` or `host_vars` beside it. */
  notes: z.array(z.object({ line: z.number().nullable(), file: z.string().optional(), message: messageSchema })),
});
export type AnsiblePreview = z.infer<typeof ansiblePreviewSchema>;

/** One step of a connection test, in order; the first that fails carries the error. */
export const connectionTestSchema = z.object({
  steps: z.array(
    z.object({
      step: z.enum(['resolve', 'connect', 'host-key', 'authenticate', 'shell', 'sudo']),
      outcome: z.enum(['pass', 'fail', 'skipped', 'warn']),
      durationMs: z.number(),
      detail: z.string(),
    }),
  ),
  error: hostErrorSchema.nullable(),
  roundTripMs: z.number().nullable(),
  sudo: z.enum(['root', 'passwordless', 'denied', 'no-sudo', 'unknown']),
});
export type ConnectionTest = z.infer<typeof connectionTestSchema>;

export const sudoAnswers = [
  'right',
  'not-needed',
  'wrong',
  'locked',
  'expired',
  'not-allowed',
  'needs-terminal',
  'other-question',
  'no-sudo',
  'silent',
  'other',
] as const;
/** What sudo says to a password; `words` are its own, empty where it was taken. `silent`: nothing in time. */
export const sudoAnswerSchema = z.object({ answer: z.enum(sudoAnswers), words: z.string() });
export type SudoAnswer = z.infer<typeof sudoAnswerSchema>;

export const hosts = {
  list: procedure.output(z.array(hostView)),
  /** The name of each host by its id, also of those that were removed. */
  names: procedure.output(z.record(z.string(), z.string())),
  add: procedure.input(z.object({ hosts: z.array(newHostSchema).min(1) })).output(z.array(hostSpecSchema)),
  update: procedure.input(z.object({ spec: hostSpecSchema })).output(hostSpecSchema),
  /** Adds and takes away tags of many hosts at once: of all of them or, when one is not there, of none. */
  tag: procedure
    .input(
      z.object({
        hostIds: z.array(z.string()).min(1).max(10_000),
        add: z.array(z.string().trim().min(1).max(60)).max(50),
        remove: z.array(z.string()).max(1000),
      }),
    )
    .output(z.array(hostSpecSchema)),
  remove: procedure.input(hostId).output(z.object({})),
  /** Reads `~/.ssh/config` (or `file`) and lists concrete Host entries, resolved, with what keeps one from being used. */
  readSshConfig: procedure.input(z.object({ file: z.string().optional() })).output(
    z.object({
      file: z.string(),
      entries: z.array(
        z.object({
          alias: z.string(),
          target: sshTargetSchema,
          isAlreadyAdded: z.boolean(),
          problem: messageSchema.nullable(),
        }),
      ),
      problems: z.array(z.object({ file: z.string(), line: z.number().nullable(), message: messageSchema })),
    }),
  ),
  /** Reads a pasted list, one `[user@]host[:port]` a line, `#` comments; says what is wrong per line. */
  parseList: procedure.input(z.object({ text: z.string().max(1_000_000) })).output(
    z.object({
      hosts: z.array(newHostSchema),
      /** `detail` in English, `message` for the words on screen. */
      problems: z.array(
        z.object({ line: z.number(), text: z.string(), detail: z.string(), message: messageSchema.optional() }),
      ),
    }),
  ),
  /**
   * Reads an Ansible inventory, INI or YAML, and adds nothing. `fileName` helps to tell which of the two it is; with its
   * `path`, files of `group_vars` and `host_vars` beside it are read as well.
   */
  readAnsibleInventory: procedure
    .input(z.object({ text: z.string().max(4_000_000), fileName: z.string().optional(), path: z.string().optional() }))
    .output(ansiblePreviewSchema),
  test: procedure
    .input(z.object({ host: newHostSchema.optional(), hostId: z.string().optional() }))
    .output(connectionTestSchema),
  connect: procedure.input(hostId).output(hostStatusSchema),
  disconnect: procedure.input(hostId).output(hostStatusSchema),
  /**
   * Tries sudo's password once. Where it is right the engine keeps it in memory, for this host, until the host is disconnected
   * or changed, sudo refuses it, or the engine ends. One line, at most 1023 bytes of UTF-8.
   */
  giveSudoPassword: procedure.input(z.object({ hostId: z.string(), password: z.string() })).output(sudoAnswerSchema),
  forgetSudoPassword: procedure.input(hostId).output(hostStatusSchema),
  /** Current status of each host at once, then those that change or are removed, gathered a few times a second. */
  watch: procedure.output(eventIterator(z.array(z.union([removedHostSchema, hostStatusSchema])))),
  /** Open questions at once, then each new one and `closed` ones. */
  watchPrompts: procedure.output(
    eventIterator(
      z.discriminatedUnion('event', [
        z.object({ event: z.literal('opened'), prompt: promptSchema }),
        z.object({ event: z.literal('closed'), id: z.string() }),
      ]),
    ),
  ),
  /** `answers` in the order of the prompt's fields; null cancels. A host key is accepted with `['yes']`. */
  answerPrompt: procedure
    .input(z.object({ id: z.string(), answers: z.array(z.string()).nullable(), remember: z.boolean() }))
    .output(z.object({})),
};
