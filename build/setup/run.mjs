import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// Whatever ends us ends what we started.
process.on('exit', () => {
  for (const child of running) child.kill();
});

/**
 * Runs a program to its end and collects what it printed. Never rejects for a bad exit: the caller decides.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started, 124 when it ran too long
 */
export function run(command, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    let output = '';
    let isTimedOut = false;
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const timer = timeoutMs
      ? setTimeout(() => {
          isTimedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      clearTimeout(timer);
      if (signal) output += `${command} was ended by ${signal}\n`;
      resolve({ code: isTimedOut ? 124 : (code ?? 1), output });
    });
  });
}

/**
 * Runs npm the way the current npm was started, so that the same version and configuration are used.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNpm(args, options) {
  const npmScript = process.env.npm_execpath;
  if (npmScript?.endsWith('.js')) return run(process.execPath, [npmScript, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}
