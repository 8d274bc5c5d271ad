import type { CommandSpec } from '#shared/domain/command';
import type { PythonEnvironment, PythonEnvironmentsFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseEnvironment } from './parse-environment';
import { parsePipList } from './parse-pip-list';

const maxEnvironments = 48;

/**
 * Finds environments by where people keep them, by conda's own list and by the interpreters that run, and prints of each the
 * names of its package files. Nothing is imported and no package manager is started, so no cache is written.
 *   == /opt/conda/envs/train          the prefix
 *   conda | venv | python | user | system    what it is (`user`: pip install --user of a login)
 *   V 3.11.9                          Python's version, where conda-meta does not say it
 *   C numpy-1.26.4-py311h64a7726_0    a file of conda-meta
 *   P torch-2.5.1+cu124.dist-info     a folder of site-packages
 *   T __version__ = '2.5.1+cu124'     a line of torch/version.py
 */
const script = `seen='|/usr|' count=0 closed=0
show() {
  p=$(cd -P "$1" 2>/dev/null && pwd) || return
  case $seen in *"|$p|"*) return ;; esac
  [ $count -lt ${maxEnvironments} ] || return
  if [ -d "$p/conda-meta" ]; then k=conda; elif [ -f "$p/pyvenv.cfg" ]; then k=venv; elif [ "\${p##*/}" = .local ]; then ls -d "$p"/lib/python3*/site-packages >/dev/null 2>&1 || return; k=user
  elif [ -x "$p/bin/python3" ]; then k=python; else return; fi
  seen="$seen$p|" count=$((count+1))
  echo "== $p"; echo $k
  [ $k = conda ] && for f in "$p"/conda-meta/*.json; do f=\${f##*/}; echo "C \${f%.json}"; done
  [ $k = venv ] && sed -n 's/^version\\(_info\\)\\{0,1\\} *= */V /p' "$p/pyvenv.cfg"
  for s in "$p/lib"/python3*/site-packages; do
    v=\${s##*/lib/python}
    case $k in python | user) [ -d "$s" ] && echo "V \${v%%/*}" ;; esac
    site "$s"
  done
}
site() {
  [ -d "$1" ] || return
  for f in "$1"/*.dist-info "$1"/*.egg-info; do [ -e "$f" ] && echo "P \${f##*/}"; done
  [ -r "$1/torch/version.py" ] && sed -n '/^\\(__version__\\|cuda\\|hip\\)\\>/s/^/T /p' "$1/torch/version.py"
}
for p in $(readlink -f /usr/bin/python3 2>/dev/null); do
  echo "== /usr"; echo system; echo "I $p"; echo "V $($p -V 2>&1)"
  for s in /usr/local/lib/python3*/dist-packages /usr/lib/python3/dist-packages /usr/lib/python3*/site-packages \\
    /usr/lib64/python3*/site-packages /usr/local/lib/python3*/site-packages /usr/local/lib64/python3*/site-packages; do site "$s"; done
done
for h in "$HOME" /root /home/*; do
  [ -d "$h" ] || continue
  [ -x "$h" ] && [ -r "$h" ] || { [ "$h" = /root ] || closed=$((closed+1)); continue; }
  [ -r "$h/.conda/environments.txt" ] && while IFS= read -r e; do show "$e"; done <"$h/.conda/environments.txt"
  for e in "$h"/miniconda3 "$h"/anaconda3 "$h"/miniforge3 "$h"/mambaforge "$h"/micromamba "$h"/.conda/envs/* \\
    "$h"/miniconda3/envs/* "$h"/anaconda3/envs/* "$h"/miniforge3/envs/* "$h"/mambaforge/envs/* "$h"/micromamba/envs/* \\
    "$h"/.local/share/mamba/envs/* "$h"/.local "$h"/.venv "$h"/venv "$h"/.venvs/* "$h"/venvs/* "$h"/.virtualenvs/* "$h"/*/.venv "$h"/*/venv "$h"/.pyenv/versions/*; do
    [ -d "$e" ] && show "$e"
  done
done
for e in /opt/conda /opt/conda/envs/* /opt/*conda3 /opt/*conda3/envs/* /opt/miniforge3 /opt/miniforge3/envs/* \\
  /opt/mambaforge /opt/mambaforge/envs/* /usr/local/*conda3 /usr/local/*conda3/envs/* /opt/* /opt/*/venv /opt/*/.venv \\
  /opt/venvs/* /srv/*/venv /srv/*/.venv /data/*/venv /data/*/.venv; do
  [ -d "$e" ] && show "$e"
done
for x in $(ps -eo args 2>/dev/null | sed -n 's#^\\(/[^ ]*\\)/bin/python[0-9.]*\\( .*\\)\\{0,1\\}$#\\1#p' | sort -u); do show "$x"; done
echo "== closed $closed"
echo '== done'`;
const environments: CommandSpec = {
  id: 'environments',
  argv: ['sh', '-c', script],
  timeoutMs: 15_000,
  maxOutputBytes: 1024 * 1024,
};

export const pythonEnvironmentsProbe = defineProbe({
  id: 'python-environments',
  commands: [environments],
  sources: { '': 'environments' },
  parse(outputs) {
    const output = outputs.environments;
    const text = output?.stdout ?? '';
    const told = commandProblem(output, environments);
    const recorded = told === null ? parsePipList(text) : null;
    if (recorded) {
      const facts = { systemPython: null, environments: [recorded], unreadableHomes: 0 };
      return { state: 'ok', facts };
    }
    const blocks = text.split(/^== /m).slice(1);
    const isWhole = /^== done\s*$/m.test(text);
    // A slow network home ends the time, not what was found before.
    const isCut = !isWhole && blocks.length > 1 && (told?.state === 'timeout' || output?.isTruncated === true);
    if (!isWhole && !isCut) return told ?? unparsable(environments, output);
    const whole = isWhole ? blocks : blocks.slice(0, -1);
    const all = whole.flatMap((block) => parseEnvironment(block) ?? []);
    // One folder is one environment, by whatever way it was come to.
    const found = all.filter(({ prefix }, at) => all.findIndex((other) => other.prefix === prefix) === at);
    const facts: PythonEnvironmentsFacts = {
      systemPython: systemPython(text, found),
      environments: found.slice(0, maxEnvironments + 1),
      unreadableHomes: Number(/^== closed (\d{1,6})$/m.exec(text)?.[1] ?? 0),
    };
    if (isCut) return { state: 'ok', facts, reason: { key: 'probes.environmentsCut' } };
    return facts.unreadableHomes > 0
      ? { state: 'ok', facts, reason: { key: 'probes.homesUnreadable', params: { count: facts.unreadableHomes } } }
      : { state: 'ok', facts };
  },
});

function systemPython(text: string, found: readonly PythonEnvironment[]): PythonEnvironmentsFacts['systemPython'] {
  const system = found.find(({ kind }) => kind === 'system');
  const path = linesOf(text)
    .find((line) => /^I \/[\w./+-]{1,300}$/.test(line))
    ?.slice(2);
  return system && path !== undefined ? { path, version: system.pythonVersion } : null;
}
