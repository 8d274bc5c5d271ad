import type { NodeModel } from '../model/node-model';
import type { ContainerSpec } from '../profiles/software';
import { failed, lines, optionValue, printed, type Tool } from './tool';

function info(model: NodeModel): object {
  const { docker, profile } = { docker: model.profile.docker, profile: model.profile };
  const runtimes = {
    'io.containerd.runc.v2': { path: 'runc' },
    runc: { path: 'runc' },
    ...(docker?.hasNvidiaRuntime ? { nvidia: { path: 'nvidia-container-runtime' } } : {}),
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

export const docker: Tool = (model, args) => {
  const { docker: spec } = model.profile;
  const format = optionValue(args, '--format', '-f');
  switch (args.find((arg) => !arg.startsWith('-'))) {
    case 'info':
      return printed(
        format === undefined
          ? lines('Client: Docker Engine - Community', `Server Version: ${spec?.version}`)
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
    case undefined:
      return args.includes('--version') || args.includes('-v')
        ? printed(`Docker version ${spec?.version}, build ce12230\n`)
        : failed(1, '');
    default:
      return failed(1, `docker: '${args[0]}' is not a docker command.\nSee 'docker --help'\n`);
  }
};

export const nvidiaCtk: Tool = (model, args) => {
  const version = model.profile.docker?.toolkitVersion ?? '';
  if (args.includes('--version') || args.includes('-v'))
    return printed(
      lines(`NVIDIA Container Toolkit CLI version ${version}`, 'commit: a470818ba7d9166be282cd0039dd2fc9b0a34d73'),
    );
  if (args[0] === 'cdi' && args[1] === 'list') {
    const devices = model.gpus.flatMap((gpu) => [`nvidia.com/gpu=${gpu.index}`, `nvidia.com/gpu=${gpu.uuid}`]);
    return {
      stdout: lines(...devices, 'nvidia.com/gpu=all'),
      stderr: `time="${new Date(model.clockMs()).toISOString().slice(0, 19)}Z" level=info msg="Found ${devices.length + 1} CDI devices"\n`,
      exitCode: 0,
    };
  }
  return failed(1, 'No help topic\n');
};

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
