import type { CommandSpec } from '#shared/domain/command';
import type { SharpFacts } from '#shared/domain/facts/network';
import { linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** Where OFED, DOCA and HPC-X put it; the aggregation manager is on a management node, if anywhere among these. */
const script = `for file in /opt/mellanox/sharp/lib/libsharp.so /opt/hpcx*/sharp/lib/libsharp.so /usr/lib*/libsharp.so* \\
  /usr/lib/*-linux-gnu/libsharp.so* /opt/hpcx*/nccl_rdma_sharp_plugin/lib/libnccl-net.so \\
  /usr/local/nccl-rdma-sharp-plugins/lib/libnccl-net.so; do
  [ -e "$file" ] && echo "library:$file"
done
for file in /opt/mellanox/sharp/bin/sharp_am /usr/sbin/sharp_am; do [ -x "$file" ] && echo 'manager:installed'; done
command -v pgrep >/dev/null 2>&1 && pgrep -x sharp_am >/dev/null && echo 'manager:running'
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg-query -W -f 'package:\${Package} \${Version} \${db:Status-Status}\\n' sharp nccl-rdma-sharp-plugins hpcx 2>/dev/null
elif command -v rpm >/dev/null 2>&1; then
  rpm -q --qf 'package:%{NAME} %{VERSION}-%{RELEASE} installed\\n' sharp nccl-rdma-sharp-plugins hpcx 2>/dev/null
fi
echo 'sharp:end'`;
const sharp: CommandSpec = { id: 'sharp', argv: ['sh', '-c', script], timeoutMs: 5000 };

export const sharpProbe = defineProbe({
  id: 'sharp',
  commands: [sharp],
  sources: { '': 'sharp' },
  parse(outputs) {
    const output = readCommand(outputs, sharp);
    if (isProblem(output)) return output;
    if (!output.stdout.trimEnd().endsWith('sharp:end')) return unparsable(sharp, output);
    const facts: SharpFacts = {
      libraries: [],
      packages: [],
      hasAggregationManager: false,
      isAggregationManagerRunning: false,
    };
    for (const line of linesOf(output.stdout)) {
      const library = /^library:(\/\S{1,200})$/.exec(line)?.[1];
      if (library) facts.libraries.push(library);
      const found = /^package:(\S{1,80}) (\S{1,80}) installed$/.exec(line);
      if (found) facts.packages.push({ name: found[1] ?? '', version: found[2] ?? '' });
      if (line === 'manager:installed') facts.hasAggregationManager = true;
      if (line === 'manager:running') facts.isAggregationManagerRunning = true;
    }
    return { state: 'ok', facts };
  },
});
