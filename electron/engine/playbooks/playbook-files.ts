import { z } from 'zod';
import type { ActionInfo } from '#shared/domain/action';
import { KnowledgeError } from '../actions/knowledge';
import { NotFoundError } from '../errors';
import { readKnowledgeFolder } from '../knowledge/knowledge-file';
import { shippedFiles } from '../knowledge/shipped-files';
import type { KnowledgeProblem } from '../knowledge/yaml-source';
import { type PlaybookFile, PlaybookLibrary } from './playbook-library';
import { playbookSchema } from './playbook-schema';

export interface PlaybookFiles {
  /** Those that come with Gantry and those of the user's folder as it is now. */
  library(): PlaybookLibrary;
  /** Files of the folder that are not in use, and why. */
  problems(): readonly KnowledgeProblem[];
  /** What is wrong with a text; nothing when it would load beside the others. */
  check(file: string, text: string): readonly KnowledgeProblem[];
  /** The YAML of one. Throws NotFoundError. */
  source(playbookId: string): string;
  /** The JSON schema for editors. */
  schema(): string;
}

/** Throws KnowledgeError for a file that came with Gantry, which only a broken build has. */
export function createPlaybookFiles(actions: () => readonly ActionInfo[], folder: () => string | null): PlaybookFiles {
  let last: { key: string; library: PlaybookLibrary; problems: readonly KnowledgeProblem[] } | null = null;
  const shipped = shippedFiles('playbooks');

  function compiled(own: readonly PlaybookFile[], infos: readonly ActionInfo[]) {
    const library = new PlaybookLibrary([...shipped, ...own], infos);
    const broken = library.problems.filter(({ file }) => shipped.some((one) => one.file === file));
    if (broken.length > 0)
      throw new KnowledgeError(broken.map((one) => `${one.file}:${one.line ?? 1}: ${one.message}`).join('\n'));
    return library;
  }

  function load() {
    const infos = actions();
    const own = readKnowledgeFolder(folder());
    const known = infos.flatMap((info) =>
      info.ownFile === undefined ? [] : [[info.id, ...info.parameters.map(({ name }) => name)]],
    );
    const key = JSON.stringify([own.files.map(({ file, text }) => [file, text]), own.problems, known]);
    if (last?.key !== key) {
      const library = compiled(own.files, infos);
      last = { key, library, problems: [...own.problems, ...library.problems] };
    }
    return last;
  }

  return {
    library: () => load().library,
    problems: () => load().problems,
    check(file, text) {
      const others = readKnowledgeFolder(folder()).files.filter((one) => one.file !== file && one.text !== text);
      const { problems } = compiled([...others, { file, text, isBuiltIn: false }], actions());
      return problems.filter((one) => one.file === file);
    },
    source(playbookId) {
      const files = [...shipped, ...readKnowledgeFolder(folder()).files];
      const found = files.find(({ text }) => /^id: *(\S+)/m.exec(text)?.[1] === playbookId);
      if (found === undefined) throw new NotFoundError('playbook', playbookId);
      return found.text;
    },
    schema: () =>
      `${JSON.stringify({ title: 'Gantry playbook', ...z.toJSONSchema(playbookSchema, { io: 'input' }) }, null, 2)}\n`,
  };
}
