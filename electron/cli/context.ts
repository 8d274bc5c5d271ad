import { once } from 'node:events';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { HostView } from '#shared/contract/hosts';
import type { EngineClient } from '#shared/contract/index';
import {
  type Language,
  type LocalizedText,
  localize,
  type Message,
  printable,
  systemLanguage,
} from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { createEngine, type Engine } from '../engine/index';
import { StoreError } from '../engine/store/store';
import { storageText } from './errors';
import { CliError, type ExitCode, exitCodes } from './exit-codes';
import { answerPrompts, askYes } from './prompts';
import { type Cell, table } from './table';

export interface GlobalOptions {
  dataDir?: string;
  language?: Language;
}

/** The end that Ctrl-C or a SIGTERM asks for. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Whether the command would have gone on for ever. */
  isExpected: boolean;
}

/** What every command gets: the engine (started on first use), words in the user's language, and where to print. */
export interface CliContext {
  client(): Promise<EngineClient>;
  engine(): Promise<Engine>;
  /** A host by id or name. */
  host(idOrName: string): Promise<HostView>;
  say(message: Message): string;
  text(text: LocalizedText): string;
  readonly language: Language;
  readonly signal: AbortSignal;
  /** Whatever a node put into it, the text can't move the cursor. */
  print(text: string): void;
  /** A part of what is too long to hold; resolves when the reader has room for more. */
  printPiece(text: string): Promise<void>;
  /** A table, or where there is nothing to list a word about that on stderr. */
  table(headers: readonly string[], rows: readonly (readonly Cell[])[]): void;
  json(value: unknown): void;
  /** On stderr, and only on a terminal; the next line replaces it. */
  progress(text: string): void;
  warn(text: string): void;
  setExitCode(code: ExitCode): void;
  /** Asks whether what was shown is to be done. Throws CliError where it was not shown, nobody can be asked, or the answer is no. */
  confirm(isShown: boolean): Promise<void>;
  /** For what runs until it is stopped: Ctrl-C is then the proper end of it. */
  untilStopped(): Promise<void>;
  close(): Promise<void>;
}

/** The same folder that the desktop app keeps its data in. */
export function defaultDataDir(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (environment.GANTRY_DATA_DIR) return environment.GANTRY_DATA_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Gantry');
  if (platform === 'win32') return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Gantry');
  // With HOME set to nothing, Node has no home folder either.
  return join(environment.XDG_CONFIG_HOME || join(homedir() || userInfo().homedir, '.config'), 'Gantry');
}

export function languageOf({ language }: GlobalOptions): Language {
  return language ?? systemLanguage(process.env);
}

export function createContext(options: GlobalOptions, stop: Stop): CliContext {
  const { signal } = stop;
  const language = languageOf(options);
  const translate = translatorOf(language);
  let starting: Promise<Engine> | undefined;
  let isProgressShown = false;

  const clearProgress = () => {
    if (isProgressShown) process.stderr.write('\r\u001b[K');
    isProgressShown = false;
  };
  const warn = (text: string) => {
    clearProgress();
    process.stderr.write(`gantry: ${text}\n`);
  };
  const engine = () => {
    starting ??= createEngine({ dataDir: options.dataDir ?? defaultDataDir(), secrets: null }).catch((error) => {
      if (!(error instanceof StoreError)) throw error;
      throw new CliError(storageText('cannotStart', error.problem, translate), exitCodes.couldNotJudge);
    });
    return starting;
  };
  let connected: Promise<EngineClient> | undefined;
  const client = () => {
    connected ??= engine().then(async ({ router }) => {
      const made: EngineClient = createRouterClient(router);
      // A damaged database was kept aside, say: in the app it is a notice, here a line on stderr.
      for await (const notices of await made.system.watchNotices(undefined, { signal })) {
        for (const notice of notices) warn(translate(notice));
        break;
      }
      void answerPrompts(made, { signal, translate, beforeAsking: clearProgress });
      return made;
    });
    return connected;
  };

  return {
    client,
    engine,
    language,
    signal,
    say: translate,
    text: (text) => localize(text, language),
    async host(idOrName) {
      const hosts = await (await client()).hosts.list();
      const byId = hosts.find(({ spec }) => spec.id === idOrName);
      const byName = hosts.filter(({ spec }) => spec.name === idOrName);
      if (byId) return byId;
      if (byName.length > 1) throw new CliError(translate({ key: 'cli.hostAmbiguous', params: { host: idOrName } }));
      if (!byName[0]) throw new CliError(translate({ key: 'cli.hostUnknown', params: { host: idOrName } }));
      return byName[0];
    },
    print(text) {
      clearProgress();
      process.stdout.write(`${printable(text)}\n`);
    },
    async printPiece(text) {
      clearProgress();
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    table(headers, rows) {
      clearProgress();
      if (rows.length === 0) process.stderr.write(`${translate({ key: 'cli.nothing' })}\n`);
      // `hasColors` knows of NO_COLOR and of a terminal without colours; no terminal has no such method.
      else process.stdout.write(`${table(headers, rows, { isColoured: process.stdout.hasColors?.() === true })}\n`);
    },
    json(value) {
      clearProgress();
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress(text) {
      if (!process.stderr.isTTY) return;
      process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
      isProgressShown = true;
    },
    warn,
    setExitCode(code) {
      // The worst outcome wins: a later host that is fine does not hide an earlier one that was not.
      if (code > Number(process.exitCode ?? exitCodes.fine)) process.exitCode = code;
    },
    async confirm(isShown) {
      clearProgress();
      const answer = isShown ? await askYes(translate({ key: 'cli.askConfirm' })) : null;
      if (!answer)
        throw new CliError(translate({ key: answer === null ? 'cli.confirmMissing' : 'cli.confirmRefused' }));
    },
    async untilStopped() {
      stop.isExpected = true;
      if (signal.aborted) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    async close() {
      clearProgress();
      // An engine that did not start has said so already.
      const started = await starting?.catch(() => null);
      await started?.close();
    },
  };
}
