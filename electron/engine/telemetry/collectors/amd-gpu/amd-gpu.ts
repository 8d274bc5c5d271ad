import type { Collector } from '../collector';
import { amdReader } from './amd-reader';

/**
 * amd-smi keeps every round it has printed in memory, so it is started anew now and then; the power limit and the board's
 * own limits, which `metric` does not have, are read each time. Not every version and guest knows every choice of
 * `metric`: without any it prints all it has. Python holds back what it prints into a pipe.
 */
const script = `export PYTHONUNBUFFERED=1
while :; do
amd-smi static --limit --json
amd-smi metric --usage --power --clock --temperature --pcie --ecc --fan --mem-usage --json --watch "$1" --iterations "$2" ||
amd-smi metric --json --watch "$1" --iterations "$2" || exit
done`;

/** Of one start of amd-smi; it takes most of a second. */
const RUN_SECONDS = 300;

/** AMD's GPUs, as amd-smi streams them. Whole seconds, and never faster than it can read all of them. */
export const amdGpu: Collector = {
  id: 'amd-gpu',
  plan(node, intervalMs) {
    if (node.amdGpus.size === 0 || node.amdTool !== 'amd-smi') return null;
    const seconds = Math.max(1, Math.round(intervalMs / 1000));
    const rounds = Math.max(1, Math.round(RUN_SECONDS / seconds));
    return { argv: ['sh', '-c', script, 'sh', String(seconds), String(rounds)], reader: amdReader(node.amdGpus) };
  },
};
