import { spawn } from 'node:child_process';

/**
 * Starts a virtual X display for tests and picks a free number for it.
 * @returns {Promise<{ name: string, stop: () => void }>} `name` is what DISPLAY has to be
 */
export function startVirtualDisplay() {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    process.on('exit', () => void server.kill());
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
    server.stdio[3]?.once('data', (number) => {
      resolve({ name: `:${String(number).trim()}`, stop: () => void server.kill() });
    });
  });
}
