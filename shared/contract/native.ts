import type { ContractRouterClient } from '@orpc/contract';
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { notificationTargetSchema } from '../domain/notifications/notification';
import { storageProblemSchema } from '../domain/storage-problem-schema';

/** Why the engine could not open its data the last time; null when it could, or ended for another reason. */
const problem = storageProblemSchema.nullable();

/** How the engine process is doing, as its supervisor sees it. `reason` is what it last said before it ended. */
export const engineStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('starting'), problem }),
  z.object({ kind: z.literal('running') }),
  z.object({
    kind: z.literal('restarting'),
    attempt: z.number().int(),
    delayMs: z.number(),
    reason: z.string(),
    problem,
  }),
  z.object({ kind: z.literal('failed'), reason: z.string(), problem }),
]);
export type EngineState = z.infer<typeof engineStateSchema>;

export const colorSchemeSchema = z.enum(['light', 'dark', 'auto']);

const bytes = z.instanceof(Uint8Array);
const fileFilters = z.array(z.object({ name: z.string(), extensions: z.array(z.string()) })).default([]);
const filePath = z.object({ path: z.string() });
const fileErrors = { FILE_FAILED: { data: storageProblemSchema } };

/** What only the main process can do. It is served to each window over a port of its own, beside the engine's. */
export const native = {
  app: {
    info: oc.output(
      z.object({
        name: z.string(),
        version: z.string(),
        electronVersion: z.string(),
        chromeVersion: z.string(),
        nodeVersion: z.string(),
        platform: z.string(),
        locale: z.string(),
        isPackaged: z.boolean(),
        dataDir: z.string(),
      }),
    ),
  },
  dialog: {
    /** Asks where to, writes the file whole or not at all, and returns its path; null when the user cancelled. */
    saveFile: oc
      .errors(fileErrors)
      .input(
        z.object({ suggestedName: z.string().min(1), content: z.union([z.string(), bytes]), filters: fileFilters }),
      )
      .output(filePath.nullable()),
    /** Lets the user pick one file and returns its content; null when the user cancelled. */
    openFile: oc
      .errors({
        ...fileErrors,
        FILE_TOO_LARGE: { data: z.object({ path: z.string(), sizeBytes: z.number(), maxBytes: z.number() }) },
      })
      .input(z.object({ filters: fileFilters, maxBytes: z.number().int().positive() }))
      .output(z.object({ name: z.string(), path: z.string(), bytes }).nullable()),
    /** Lets the user pick a folder; null when the user cancelled. */
    chooseFolder: oc.input(z.object({ startAt: z.string().nullable() })).output(filePath.nullable()),
  },
  pdf: {
    /** Prints a self-contained HTML page (no script runs, nothing is fetched) on A4 with page numbers. */
    print: oc
      .errors({ PRINT_FAILED: { data: z.object({ reason: z.string() }) } })
      .input(z.object({ html: z.string() }))
      .output(z.object({ bytes })),
  },
  /** Desktop notifications that somebody clicks from now on, with what each is about. */
  notificationClicks: oc.output(eventIterator(notificationTargetSchema)),
  engine: {
    /** The state now, then each change. */
    state: oc.output(eventIterator(engineStateSchema)),
    restart: oc,
  },
  /** Puts what the window stores onto the disk now; by itself Chromium may wait for a minute. */
  storage: { flush: oc },
  theme: { set: oc.input(z.object({ colorScheme: colorSchemeSchema })) },
  /** Reveals a file that `dialog.saveFile` wrote in this session; any other path is refused. */
  shell: {
    showItemInFolder: oc.errors({ NOT_SAVED_HERE: {} }).input(filePath),
    /** Reveals a folder of this workstation in its file manager; nothing in it is opened or run. */
    showFolder: oc.errors({ FILE_FAILED: { data: storageProblemSchema } }).input(filePath),
  },
};
export type NativeClient = ContractRouterClient<typeof native>;
