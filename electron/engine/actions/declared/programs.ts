import type { ArgvDefinition } from './fix-schema';

/** What reads commands or programs from its arguments: with one of these, argv would be a shell line again. */
const interpreters =
  /^(?:(?:ba|da|a|z|k|mk|c|tc|fi|r)?sh|busybox|env|sudo|su|doas|runuser|pkexec|chroot|nsenter|unshare|xargs|find|eval|exec|awk|gawk|mawk|sed|perl|ruby|node|lua|php|expect|script|watch|nohup|setsid|nice|ionice|timeout|stdbuf|flock|ssh|systemd-run|python[\d.]*)$/;
const program = /^(?:[a-z][A-Za-z0-9_.+-]*|(?:\/[A-Za-z0-9_+-][A-Za-z0-9_.+-]*)+)$/;

/** A name, or a path without `.` and `..` in it. */
export function isProgram(word: string): boolean {
  return program.test(word);
}

export interface ProgramProblem {
  /** Which word of the command. */
  readonly word: number;
  readonly message: string;
}

/** What is wrong with the program that a declared command starts, as far as its words tell before they have values. */
export function programProblems(definition: ArgvDefinition): ProgramProblem[] {
  const [first] = definition;
  const name = typeof first === 'string' ? programName(first) : null;
  if (name === null) {
    const message =
      'a command begins with the name or the path of a program, written out; the folder it is in may be a value';
    return [{ word: 0, message }];
  }
  if (name === 'runuser') return programOfLogin(definition);
  if (interpreters.test(name) && !isCodeWrittenOut(name, definition.slice(1), ['venv', 'pip'])) {
    return [{ word: 0, message: `${name} runs what its arguments say: name the program itself, there is no shell` }];
  }
  return isContainerRun(name, definition) ? containerProblems(definition) : [];
}

/** `/opt/x/bin/tool`, or `{{ folder }}/bin/tool`: which program it is is written out. Null: it is not. */
function programName(first: string): string | null {
  const plain = first.replace(/^\{\{[^{}]*\}\}(?=\/)/, '');
  return isProgram(plain) ? plain.slice(plain.lastIndexOf('/') + 1) : null;
}

/**
 * Python may run a module that is named here, and code that is written out (`-c`); what stands behind is data to it, and no
 * value is taken for a program.
 */
function isCodeWrittenOut(name: string, [option, code]: ArgvDefinition, modules: readonly string[]): boolean {
  if (!/^python3?$/.test(name) || !isWrittenOut(code)) return false;
  return option === '-c' || (option === '-m' && modules.includes(code));
}

/** `runuser -u LOGIN -- PROGRAM …`: a session of its own (PAM) for a program that could be named by itself. Source: runuser(1). */
function programOfLogin([, option, login, dashes, ...rest]: ArgvDefinition): ProgramProblem[] {
  if (option !== '-u' || !isWrittenOut(login) || dashes !== '--' || rest.length === 0) {
    return [{ word: 0, message: 'write it out: runuser -u LOGIN -- PROGRAM …' }];
  }
  return programProblems(rest).map(({ word, message }) => ({ word: word + 4, message }));
}

function isWrittenOut(word: ArgvDefinition[number] | undefined): word is string {
  return typeof word === 'string' && !word.includes('{{');
}

function isContainerRun(name: string, definition: ArgvDefinition): boolean {
  const [, command] = definition;
  const isRun = definition.some((word) => word === 'run' || word === 'create' || word === 'exec');
  // Compose runs what its own file says.
  return /^(?:docker|podman|nerdctl)$/.test(name) && isRun && command !== 'compose';
}

/** What says which program of the image is run, or hands the node itself to it. */
const handsOver = /^--(?:entrypoint|privileged|pid|userns|uts|cap-add|security-opt)(?:=|$)/;

/**
 * A container runs what stands behind its image (of exec: its name), so where that begins has to be clear: `docker run OPTIONS -- IMAGE PROGRAM …`
 * (`--` ends the options of docker and podman alike). The image is a word of its own and its program is written out; of an
 * interpreter in it all words are, or it is Python with code that is.
 */
function containerProblems(definition: ArgvDefinition): ProgramProblem[] {
  const dashes = definition.indexOf('--');
  const isFirst = definition[1] === 'run' || definition[1] === 'create' || definition[1] === 'exec';
  if (!isFirst || dashes === -1 || typeof definition[dashes + 1] !== 'string') {
    return [{ word: 1, message: 'say where the image is: run OPTIONS -- IMAGE PROGRAM …' }];
  }
  for (const [index, word] of definition.entries()) {
    if (index < 2 || index >= dashes) continue;
    const before = definition[index - 1];
    const isValue = typeof before === 'string' && /^--?[a-z][a-z-]*$/.test(before) && index > 2;
    const isGood = typeof word === 'string' && !handsOver.test(word) && (isValue || word.startsWith('-'));
    if (!isGood)
      return [{ word: index, message: 'an option of a container is written out, and does not hand it the node' }];
  }
  const [inside, ...rest] = definition.slice(dashes + 2);
  if (inside === undefined) return [];
  const name = isWrittenOut(inside) ? inside.slice(inside.lastIndexOf('/') + 1) : null;
  if (name === null) return [{ word: dashes + 2, message: 'the program of a container is written out' }];
  const isGood = !interpreters.test(name) || rest.every(isWrittenOut) || isCodeWrittenOut(name, rest, []);
  const message = `${name} runs what its arguments say: they have to be written out`;
  return isGood ? [] : [{ word: dashes + 2, message }];
}
