import type { ActionInfo } from '#shared/domain/action';
import { broughtKinds } from '#shared/domain/playbook/package-set';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { LocalizedText } from '#shared/domain/text';
import { expressionSpace } from '../actions/declared/fix-library';
import { formFields } from '../actions/declared/parameters';
import { bothLanguages } from '../actions/declared/words';
import { sha256 } from '../audit/canonical-json';
import { NotFoundError } from '../errors';
import type { KnowledgeProblem } from '../knowledge/yaml-source';
import { type CompiledPlaybook, compilePlaybook, playbookSpace } from './compile-playbook';
import type { PlaybookStepDefinition } from './playbook-schema';

export interface PlaybookFile {
  readonly file: string;
  readonly text: string;
  /** Not: the user's own, in one language if need be. */
  readonly isBuiltIn?: boolean;
}

/** The playbooks that there are, each with those that it uses. */
export class PlaybookLibrary {
  readonly #compiled = new Map<string, CompiledPlaybook>();
  readonly #ownFiles = new Map<string, string>();
  readonly problems: readonly KnowledgeProblem[];
  readonly #actions: ReadonlyMap<string, ActionInfo>;

  /** A file with a mistake, or with a playbook that is not there or leads back to it, is not in use; `problems` says why. */
  constructor(files: readonly PlaybookFile[], actions: readonly ActionInfo[]) {
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    const problems: KnowledgeProblem[] = [];
    const actionParameters = (actionId: string) =>
      this.#actions.get(actionId)?.parameters.map(({ name }) => name) ?? null;
    const space = playbookSpace(expressionSpace());
    for (const { file, text, isBuiltIn = true } of files) {
      const names = { actionParameters, isBuiltIn };
      const { playbook, problems: own } = compilePlaybook(file, text, space, names);
      problems.push(...own);
      if (playbook === null) continue;
      const { id } = playbook.definition;
      if (this.#compiled.has(id)) problems.push({ file, line: 1, message: `the id ${id} is taken` });
      else {
        this.#compiled.set(id, playbook);
        if (!isBuiltIn) this.#ownFiles.set(id, file);
      }
    }
    for (const { file, text } of files) {
      const id = /^id: *(\S+)/m.exec(text)?.[1] ?? '';
      const problem = this.#compiled.has(id) ? this.#linkProblem(id, [id]) : null;
      if (problem === null) continue;
      problems.push({ file, line: 1, message: problem });
      this.#compiled.delete(id);
    }
    this.problems = problems;
  }

  get(playbookId: string): CompiledPlaybook {
    const found = this.#compiled.get(playbookId);
    if (found === undefined) throw new NotFoundError('playbook', playbookId);
    return found;
  }

  /** SHA-256 of its text and of those that it uses: what was confirmed. */
  digestOf(playbook: CompiledPlaybook): string {
    const used = playbook.steps.flatMap(({ definition }) =>
      'use' in definition ? [this.digestOf(this.get(definition.use))] : [],
    );
    return sha256([playbook.sha256, ...used].join());
  }

  /** Goals first. */
  list(): PlaybookInfo[] {
    const infos = [...this.#compiled.values()].map((one) => this.#infoOf(one));
    return [...infos.filter(({ isGoal }) => isGoal), ...infos.filter(({ isGoal }) => !isGoal)];
  }

  titleOf(step: PlaybookStepDefinition): LocalizedText {
    if ('use' in step) return bothLanguages(this.get(step.use).definition.title);
    return step.title ? bothLanguages(step.title) : (this.#actions.get(step.action)?.title ?? { en: step.action });
  }

  #linkProblem(playbookId: string, above: readonly string[]): string | null {
    for (const { definition } of this.#compiled.get(playbookId)?.steps ?? []) {
      if (!('use' in definition)) continue;
      const { use } = definition;
      const used = this.#compiled.get(use);
      if (used === undefined) return `there is no playbook ${use}, or it has a mistake`;
      if (above.includes(use)) return `it leads back to itself: ${[...above, use].join(' → ')}`;
      const names = used.definition.parameters.map(({ name }) => name);
      const stranger = Object.keys(definition.with).find((name) => !names.includes(name));
      if (stranger !== undefined) return `${use} has no parameter ${stranger}`;
      const below = this.#linkProblem(use, [...above, use]);
      if (below !== null) return below;
    }
    return null;
  }

  #infoOf(playbook: CompiledPlaybook): PlaybookInfo {
    const { id, title, introduction, goal, platforms, offline, parameters, sources } = playbook.definition;
    const ownFile = this.#ownFiles.get(id);
    const steps = this.#stepInfos(playbook, '', [], false);
    const taken = steps.flatMap(({ actionId }) => this.#actions.get(actionId)?.brings ?? []);
    return {
      id,
      title: bothLanguages(title),
      introduction: bothLanguages(introduction),
      isGoal: goal,
      platforms,
      requires: playbook.requires.map((one) => one.title),
      parameters: formFields(parameters),
      steps,
      offline: {
        can: offline.can,
        needs: offline.needs.map(bothLanguages),
        brings: broughtKinds.filter((kind) => taken.includes(kind)),
      },
      sources,
      ...(ownFile === undefined ? {} : { ownFile }),
    };
  }

  #stepInfos(
    { steps }: CompiledPlaybook,
    prefix: string,
    needsAbove: readonly string[],
    isConditional: boolean,
  ): PlaybookInfo['steps'] {
    return steps.flatMap(({ definition, when }): PlaybookInfo['steps'] => {
      const id = `${prefix}${definition.id}`;
      const needs = [...needsAbove, ...definition.needs.map((need) => `${prefix}${need}`)];
      const isMaybe = isConditional || when !== null;
      if ('use' in definition) return this.#stepInfos(this.get(definition.use), `${id}.`, needs, isMaybe);
      const [fromMinutes, toMinutes] = definition.duration ?? [];
      const duration = fromMinutes === undefined || toMinutes === undefined ? null : { fromMinutes, toMinutes };
      return [
        { id, actionId: definition.action, title: this.titleOf(definition), needs, isConditional: isMaybe, duration },
      ];
    });
  }
}
