import type { z } from 'zod';
import { knowledgeProblem } from '#shared/i18n/en/knowledgeProblem';
import { type ProblemCode, says, type Told, within } from './problem-words';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const needs: Readonly<Record<string, ProblemCode>> = {
  string: 'needsText',
  number: 'needsNumber',
  int: 'needsInteger',
  boolean: 'needsBoolean',
  array: 'needsList',
  object: 'needsMap',
  record: 'needsMap',
};

/**
 * What a schema says to a value, in our words. A schema's own message may be a code of the catalogue (`idForm`).
 * @param isThere whether there is anything at a path
 */
export function shapeProblems(
  issues: readonly Issue[],
  isThere: (path: Path) => boolean,
): { readonly path: Path; readonly what: Told }[] {
  return issues.flatMap((issue) => {
    // Each key at its own place.
    const [paths, what] =
      issue.code === 'unrecognized_keys'
        ? [issue.keys.map((key) => [...issue.path, key]), null]
        : [[issue.path], wordsOf(issue, isThere(issue.path))];
    return paths.map((path) => {
      const words = what ?? says('unknownKey', { key: String(path.at(-1)).slice(0, 100) });
      const place = path.map(String).join('.').slice(0, 200);
      return { path, what: place === '' ? words : within(says('at', { path: place }), words) };
    });
  });
}

function wordsOf(issue: Issue, isThere: boolean): Told {
  if (issue.message in knowledgeProblem) return says(issue.message as ProblemCode);
  if (!isThere) return says('missing');
  switch (issue.code) {
    case 'invalid_type': {
      const code = needs[issue.expected];
      return code ? says(code) : issue.message;
    }
    case 'invalid_value':
      return says('oneOf', { values: issue.values.map(String).join(', ') });
    case 'invalid_union':
      return says('noForm');
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0] ? wordsOf(issue.issues[0], true) : issue.message;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return says('empty');
      return says(isCounted(issue.origin) ? 'tooFew' : 'tooSmall', { minimum: Number(issue.minimum) });
    case 'too_big':
      return says(isCounted(issue.origin) ? 'tooMany' : 'tooBig', { maximum: Number(issue.maximum) });
    default:
      return issue.message;
  }
}

function isCounted(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map';
}
