import type { GeneratedFile } from '#shared/domain/generators/generator';

/** The tool that reads a file, asked whether it would take it. */
export interface ToolCheck {
  readonly tool: string;
  /** Run in a folder where the file lies as `name`. */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** Says by exit code 0 that the tool is there. */
  readonly probe: readonly [string, ...string[]];
  /** Its no is about this file alone. Otherwise it may be about something else, and warns. */
  readonly isStrict: boolean;
  /** The same for the file in its place; null: there it could not be asked without changing something. */
  live(path: string): readonly [string, ...string[]] | null;
}

/** Null: no tool reads such a file without doing more. */
export function toolCheckOf(generatorId: string, { fileName, language }: GeneratedFile): ToolCheck | null {
  const name = fileName.slice(fileName.lastIndexOf('/') + 1);
  if (/\.(service|timer|socket|path|mount)$/.test(name)) {
    const argv = (file: string) => ['systemd-analyze', '--man=no', 'verify', file] as const;
    // It looks at the units that this one needs as well, and complains about those too.
    const probe = ['systemd-analyze', '--version'] as const;
    return { tool: 'systemd-analyze verify', name, argv: argv(`./${name}`), probe, isStrict: false, live: argv };
  }
  if (generatorId === 'prometheus-config' && language === 'yaml') {
    const argv = (file: string) => ['promtool', 'check', 'config', file] as const;
    return {
      tool: 'promtool check config',
      name,
      argv: argv(name),
      probe: ['promtool', '--version'],
      isStrict: true,
      live: argv,
    };
  }
  if (generatorId === 'docker-compose' && language === 'yaml') {
    const argv = (file: string) => ['docker', 'compose', '-f', file, 'config', '-q'] as const;
    return {
      tool: 'docker compose config',
      name,
      argv: argv(name),
      probe: ['docker', 'compose', 'version'],
      isStrict: true,
      live: argv,
    };
  }
  if (generatorId === 'rdma-network' && language === 'yaml') {
    return {
      tool: 'netplan generate',
      name: `etc/netplan/${name}`,
      argv: ['netplan', 'generate', '--root-dir', '.'],
      // `netplan help` exits 64 on Debian 12.
      probe: ['netplan', 'info'],
      isStrict: true,
      // What all files together say; it changes nothing.
      live: () => ['netplan', 'get'],
    };
  }
  if (language === 'shell') {
    const argv = (file: string) => ['sh', '-n', file] as const;
    return { tool: 'sh -n', name, argv: argv(name), probe: ['true'], isStrict: true, live: argv };
  }
  return null;
}

/**
 * Arguments: NAME, how many words ask whether the tool is there, these words, then those of the check. The file comes on standard
 * input and lies in a folder of its own for as long as it takes. Exit code 91: there is no such tool.
 */
export const checkProgram = `umask 077
folder=$(mktemp -d) || exit 92
trap 'rm -rf "$folder"' EXIT
trap 'exit 93' HUP INT TERM
cd "$folder" || exit 92
name=$1 count=$2
shift 2
case $name in */*) mkdir -p "\${name%/*}" ;; esac
cat > "$name" || exit 92
probe() { "$@" > /dev/null 2>&1 < /dev/null; }
case $count in
  1) probe "$1" ;;
  2) probe "$1" "$2" ;;
  *) probe "$1" "$2" "$3" ;;
esac || exit 91
shift "$count"
"$@" < /dev/null
`;

export function checkArgv({ name, probe, argv }: ToolCheck): [string, ...string[]] {
  return ['sh', '-c', checkProgram, 'gantry', name, String(probe.length), ...probe, ...argv];
}
