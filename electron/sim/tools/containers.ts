import { cdiDevices, cdiSpecification } from '../model/cdi';
import type { NodeModel } from '../model/node-model';
import { seedFrom } from '../model/random';
import type { ContainerSpec } from '../profiles/software';
import { dockerContainers } from './docker-containers';
import { failed, lines, optionValue, printed, type Tool, type ToolContext, type ToolOutput } from './tool';

function info(model: NodeModel): object {
  const { docker, profile } = { docker: model.profile.docker, profile: model.profile };
  const runtimes = {
    'io.containerd.runc.v2': { path: 'runc' },
    runc: { path: 'runc' },
    ...(model.settings.hasNvidiaRuntime ? { nvidia: { path: 'nvidia-container-runtime' } } : {}),
  };
  return {
    ID: model.machineId,
    Containers: docker?.containersRunning ?? 0,
    ContainersRunning: docker?.containersRunning ?? 0,
    Images: 12,
    Driver: 'overlay2',
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    KernelVersion: profile.kernelRelease,
    OperatingSystem: `${profile.osName} ${profile.osVersion}`,
    OSType: 'linux',
    Architecture: 'x86_64',
    NCPU: profile.cpu.sockets * profile.cpu.coresPerSocket * profile.cpu.threadsPerCore,
    MemTotal: model.memoryTotalMib * 1024 * 1024,
    DockerRootDir: '/var/lib/docker',
    Name: model.name,
    ServerVersion: docker?.version,
    Runtimes: runtimes,
    DefaultRuntime: 'runc',
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    Warnings: null,
  };
}

function runningContainers(model: NodeModel): readonly ContainerSpec[] {
  const { docker: spec, software } = model.profile;
  if (software?.containers) return software.containers;
  return Array.from({ length: spec?.containersRunning ?? 0 }, (_, index) => ({
    name: `serving-${index}`,
    image: 'vllm/vllm-openai:v0.8.4',
    command: 'python3 -m vllm.entrypoints.openai.api_server',
    hostPort: 8000 + index,
    port: 8000,
  }));
}

/** True for one document of JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const docker: Tool = (model, args, context) => {
  const { docker: spec } = model.profile;
  const format = optionValue(args, '--format', '-f');
  switch (args.find((arg) => !arg.startsWith('-'))) {
    case 'info':
      return printed(
        format === undefined
          ? lines(
              'Client: Docker Engine - Community',
              `Server Version: ${spec?.version}`,
              ' Live Restore Enabled: false',
            )
          : `${JSON.stringify(info(model))}\n`,
      );
    case 'version':
      return printed(format === undefined ? `Docker version ${spec?.version}\n` : `${spec?.version}\n`);
    case 'ps': {
      const rows = runningContainers(model).map(({ name, image, command, hostPort, port }, index) => ({
        ID: (model.machineId + model.machineId).slice(index, index + 64),
        Image: image,
        Names: name,
        State: 'running',
        Status: 'Up 3 days',
        Command: `"${command}"`,
        Ports: `0.0.0.0:${hostPort}->${port}/tcp`,
      }));
      return printed(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    }
    case 'compose':
      return compose(model, args.slice(1), context);
    case undefined:
      return args.includes('--version') || args.includes('-v')
        ? printed(`Docker version ${spec?.version}, build ce12230\n`)
        : failed(1, '');
    default:
      return (
        dockerContainers(model, args, context) ??
        failed(1, `docker: '${args[0]}' is not a docker command.\nSee 'docker --help'\n`)
      );
  }
};

/** `docker compose -f FILE ps -q | exec | up`; a service is what the file lists at two blanks. */
function compose(model: NodeModel, args: readonly string[], { uid, files }: ToolContext): ToolOutput {
  if (uid !== 0) return failed(1, 'permission denied while trying to connect to the Docker daemon socket\n');
  const file = optionValue(args, '-f', '--file') ?? '';
  const text = files?.read(file) ?? null;
  if (text === null) return failed(14, `open ${file}: no such file or directory\n`);
  const [verb = '', ...rest] = args.slice(args.indexOf(file) + 1).filter((arg) => !arg.startsWith('-'));
  const [service = ''] = rest;
  if (!new RegExp(`^ {2}${service.replace(/[^\w-]/g, '.')}:`, 'm').test(text))
    return failed(1, `no such service: ${service}\n`);
  const key = `${file} ${service}`;
  const made = model.settings.composed.get(key) ?? 0;
  const id = seedFrom(`${model.machineId} ${key} ${made}`).toString(16).padStart(12, '0');
  switch (verb) {
    case 'ps':
      return printed(made === 0 ? '' : `${id}\n`);
    case 'exec':
      if (made === 0) return failed(1, `service "${service}" is not running\n`);
      return printed(
        lines(...model.gpus.map((gpu) => `GPU ${gpu.index}: ${gpu.slot.card.productName} (UUID: ${gpu.uuid})`)),
      );
    case 'up':
      if (!args.includes('--dry-run')) model.settings.composed.set(key, made + 1);
      return {
        stdout: '',
        stderr: ` Container ${service}-1  Recreated\n Container ${service}-1  Started\n`,
        exitCode: 0,
      };
    default:
      return failed(16, `unknown docker command: "compose ${verb}"\n`);
  }
}

/** `dockerd --validate --config-file FILE` */
export const dockerd: Tool = (_model, args, { files }) => {
  const file = optionValue(args, '--config-file') ?? '';
  const text = files?.read(file) ?? null;
  if (!args.includes('--validate') || text === null)
    return failed(1, `unable to configure the Docker daemon with file ${file}\n`);
  return isJson(text)
    ? printed('configuration OK\n')
    : failed(1, `unable to configure the Docker daemon with file ${file}: invalid JSON\n`);
};

export const nvidiaCtk: Tool = (model, args, { uid, files }) => {
  const version = model.profile.docker?.toolkitVersion ?? '';
  if (args.includes('--version') || args.includes('-v'))
    return printed(
      lines(`NVIDIA Container Toolkit CLI version ${version}`, 'commit: a470818ba7d9166be282cd0039dd2fc9b0a34d73'),
    );
  if (args[0] === 'cdi' && args[1] === 'list') {
    // It asks no driver: what the specifications say is what containers can be given.
    const paths = ['/etc/cdi', '/var/run/cdi'].flatMap((folder) => files?.list(folder) ?? []);
    const devices = cdiDevices(paths.map((path) => files?.read(path) ?? ''));
    return {
      stdout: lines(...devices),
      stderr: `time="${new Date(model.clockMs()).toISOString().slice(0, 19)}Z" level=info msg="Found ${devices.length} CDI devices"\n`,
      exitCode: 0,
    };
  }
  if (args[0] === 'cdi' && args[1] === 'generate') {
    const text = cdiSpecification(model);
    if (text === null) return failed(1, 'level=error msg="failed to initialize NVML: Driver Not Loaded"\n');
    return written(text, optionValue(args, '--output'), uid, files);
  }
  if (args[0] === 'runtime' && args[1] === 'configure') {
    const path = '/etc/docker/daemon.json';
    const before = files?.read(path) ?? '{}';
    if (!isJson(before)) return failed(1, `unable to load config ${path}\n`);
    const { runtimes, ...rest } = JSON.parse(before) as { runtimes?: object };
    const nvidia = { args: [], path: 'nvidia-container-runtime' };
    const text = `${JSON.stringify({ ...rest, runtimes: { ...runtimes, nvidia } }, null, 4)}\n`;
    return written(text, args.includes('--dry-run') ? undefined : path, uid, files);
  }
  return failed(1, 'No help topic\n');
};

function written(text: string, path: string | undefined, uid: number, files: ToolContext['files']): ToolOutput {
  if (path === undefined) return printed(text);
  if (uid !== 0) return failed(1, `open ${path}: permission denied\n`);
  files?.write(path, text);
  return { stdout: '', stderr: `level=info msg="Wrote ${path}"\n`, exitCode: 0 };
}

export const nvidiaContainerCli: Tool = (model, args) => {
  if (args.includes('--version'))
    return printed(
      lines(
        `cli-version: ${model.profile.docker?.toolkitVersion}`,
        `lib-version: ${model.profile.docker?.toolkitVersion}`,
      ),
    );
  return printed(
    lines(`NVRM version:   ${model.profile.driverVersion}`, `CUDA version:   ${model.profile.cudaVersion}`, ''),
  );
};
