import type { CommandSpec } from '#shared/domain/command';
import type { CudaFacts } from '#shared/domain/facts/software';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

/**
 * `== FOLDER`, then the toolkit's version file, for each; then the libraries, by the version in a file's name or in a header;
 * `done` ends it, so that none is told from cut short.
 */
const script = `for d in /usr/local/cuda /usr/local/cuda-* /opt/cuda; do
  [ -d "$d" ] || continue
  printf '== %s\\n-> %s\\n' "$d" "$(readlink -f "$d" 2>/dev/null)"
  cat "$d/version.json" 2>/dev/null || cat "$d/version.txt" 2>/dev/null
  echo
done
echo '== libraries'
for d in /usr/lib/*-linux-gnu /usr/lib64 /usr/local/lib /usr/local/cuda-*/lib64 /usr/local/cuda/lib64; do
  for f in "$d"/libcudnn.so.[0-9]*.[0-9]* "$d"/libnccl.so.[0-9]*.[0-9]*; do [ -e "$f" ] && echo "lib $f"; done
done
for f in /usr/include/cudnn_version.h /usr/include/*-linux-gnu/cudnn_version*.h /usr/local/cuda*/include/cudnn_version.h \\
  /usr/include/nccl.h /usr/local/cuda*/include/nccl.h; do
  [ -r "$f" ] && echo "header $f" && grep -E '^#define +(CUDNN|NCCL)_(MAJOR|MINOR|PATCHLEVEL|PATCH) ' "$f"
done
for f in /opt/rocm*/.info/version; do [ -r "$f" ] && { printf 'rocm %s ' "$f"; head -n 1 "$f"; }; done
echo '== done'`;
const toolkits: CommandSpec = { id: 'toolkits', argv: ['sh', '-c', script] };
const nvcc: CommandSpec = { id: 'nvcc', argv: ['nvcc', '--version'] };

export const cudaProbe = defineProbe({
  id: 'cuda',
  commands: [toolkits, nvcc],
  sources: { '': 'toolkits', nvccVersion: 'nvcc|toolkits' },
  parse(outputs) {
    const told = commandProblem(outputs.toolkits, toolkits);
    if (told) return told;
    const text = outputs.toolkits?.stdout ?? '';
    const compiler = readNvcc(outputs.nvcc?.state === 'exited' ? outputs.nvcc.stdout : '') ?? readNvcc(text);
    const isWhole = /^== done\s*$/m.test(text);
    if (!isWhole && compiler === null) return problem('unparsable', 'unparsable', { tool: 'CUDA toolkits' });
    return {
      state: 'ok',
      facts: {
        toolkits: isWhole ? readToolkits(text) : [],
        nvccVersion: compiler,
        libraries: isWhole ? readLibraries(text) : [],
      },
    };
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

/**
 * lib /usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5
 * header /usr/include/cudnn_version.h
 * #define CUDNN_MAJOR 8
 * rocm /opt/rocm-6.2.0/.info/version 6.2.0-66
 */
function readLibraries(text: string): CudaFacts['libraries'] {
  const block = text.split(/^== libraries$/m)[1]?.split(/^== done/m)[0] ?? '';
  const found = block.split(/^(?=(?:lib|header|rocm) \/)/m).flatMap((entry): CudaFacts['libraries'] => {
    const file = /^lib (\/\S{1,300}\/lib(cudnn|nccl)\.so\.(\d{1,3}(?:\.\d{1,4}){1,3}))$/m.exec(entry);
    if (file) return [{ name: file[2] as 'cudnn' | 'nccl', version: file[3] ?? '', path: file[1] ?? '' }];
    const rocm = /^rocm (\/\S{1,300}) (\d{1,2}(?:\.\d{1,4}){1,3})/m.exec(entry);
    if (rocm) return [{ name: 'rocm', version: rocm[2] ?? '', path: rocm[1] ?? '' }];
    const header = /^header (\/\S{1,300})$/m.exec(entry)?.[1];
    const number = (part: string) => new RegExp(`^#define +(?:CUDNN|NCCL)_${part} +(\\d{1,5})`, 'm').exec(entry)?.[1];
    const version = [number('MAJOR'), number('MINOR'), number('PATCH(?:LEVEL)?')];
    if (header === undefined || version.includes(undefined)) return [];
    return [{ name: header.endsWith('nccl.h') ? 'nccl' : 'cudnn', version: version.join('.'), path: header }];
  });
  // A library and its header say the same; a folder and the link to it are one.
  return found.filter(
    ({ name, version }, at) => found.findIndex((other) => other.name === name && other.version === version) === at,
  );
}

/** `Cuda compilation tools, release 12.4, V12.4.131` */
function readNvcc(text: string): string | null {
  return /release [\d.]{1,20}, V(\d[\d.]{0,30})/.exec(text)?.[1] ?? null;
}
