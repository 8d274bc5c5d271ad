import type { CommandSpec } from '#shared/domain/command';
import type { CudaFacts } from '#shared/domain/facts/software';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

/** `== FOLDER`, then the toolkit's version file, for each; `done` ends it, so that none is told from cut short. */
const script = `for d in /usr/local/cuda /usr/local/cuda-* /opt/cuda; do
  [ -d "$d" ] || continue
  printf '== %s\\n-> %s\\n' "$d" "$(readlink -f "$d" 2>/dev/null)"
  cat "$d/version.json" 2>/dev/null || cat "$d/version.txt" 2>/dev/null
  echo
done
echo '== done'`;
const toolkits: CommandSpec = { id: 'toolkits', argv: ['sh', '-c', script] };
const nvcc: CommandSpec = { id: 'nvcc', argv: ['nvcc', '--version'] };

export const cudaProbe = defineProbe({
  id: 'cuda',
  commands: [toolkits, nvcc],
  sources: { '': 'toolkits', nvccVersion: 'nvcc' },
  parse(outputs) {
    const told = commandProblem(outputs.toolkits, toolkits);
    if (told) return told;
    const text = outputs.toolkits?.stdout ?? '';
    const compiler = readNvcc(outputs.nvcc?.state === 'exited' ? outputs.nvcc.stdout : '') ?? readNvcc(text);
    const isWhole = /^== done\s*$/m.test(text);
    if (!isWhole && compiler === null) return problem('unparsable', 'unparsable', { tool: 'CUDA toolkits' });
    return { state: 'ok', facts: { toolkits: isWhole ? readToolkits(text) : [], nvccVersion: compiler } };
  },
});

function readToolkits(text: string): CudaFacts['toolkits'] {
  const blocks = text.split(/^== /m).slice(1);
  return blocks.flatMap((block) => {
    const [path = '', ...lines] = block.split('\n');
    if (!path.startsWith('/') || path.length > 4096) return [];
    const file = lines.join('\n').slice(0, 65_536);
    // version.json since CUDA 11.1: {"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, …}; version.txt before.
    const version =
      /"cuda"\s{0,20}:\s{0,20}\{[^{}]{0,200}"version"\s{0,20}:\s{0,20}"([\d.]{1,30})"/.exec(file)?.[1] ??
      /CUDA Version (\d[\d.]{0,30})/.exec(file)?.[1] ??
      // Some packages bring no version file: the folder that the path leads to is named after it.
      /^(?:-> )?\/\S{0,4000}\/cuda-(\d{1,3}(?:\.\d{1,3}){0,2})$/m.exec(`${file}\n${path}`)?.[1] ??
      null;
    return [{ path, version }];
  });
}

/** `Cuda compilation tools, release 12.4, V12.4.131` */
function readNvcc(text: string): string | null {
  return /release [\d.]{1,20}, V(\d[\d.]{0,30})/.exec(text)?.[1] ?? null;
}
