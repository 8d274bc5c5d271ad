import { cdiSpecification, libraryFolder, slicesOfBefore } from '../model/cdi';
import { hasKernelHeaders, installedDriver } from '../model/kernel-modules';
import type { NodeModel } from '../model/node-model';
import { epel, repositories } from '../profiles/rpm-catalogue';
import type { EnvironmentSpec } from '../profiles/software';
import { dpkgLog } from '../tools/packages';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

type Entries = [string, FileEntry][];

/** Libraries, Python environments, kernels, CDI and restart marks, as packages and people leave them on disk. */
export function softwareFiles(model: NodeModel): Entries {
  const { software = {}, osId } = model.profile;
  return [
    ...driverLibraries(model),
    ...(software.libraries ?? []).map((name): [string, FileEntry] => [`${libraryFolder(model)}/${name}`, '']),
    ...(software.environments ?? []).flatMap(environmentFiles),
    ...kernelFiles(model),
    ...cdiFiles(model),
    ...rocmFiles(model),
    ...(osId === 'ubuntu' || osId === 'debian'
      ? ([
          ['/etc/debian_version', 'bookworm/sid\n'],
          ['/var/log/dpkg.log', dpkgLog(model)],
          [
            '/etc/apt/sources.list.d/distribution.sources',
            lines(
              'Types: deb',
              'URIs: https://archive.example/distribution',
              `Suites: ${model.profile.osCodename} ${model.profile.osCodename}-updates`,
              `Components: ${osId === 'ubuntu' ? 'main restricted universe multiverse' : 'main'}`,
              'Signed-By: /usr/share/keyrings/distribution.gpg',
            ),
          ],
          ['/usr/share/keyrings/distribution.gpg', ''],
        ] as Entries)
      : []),
    ...(osId === 'rocky' ? dnfFiles(model) : []),
    ...(osId === 'ubuntu' ? ([['/usr/share/update-notifier/notify-reboot-required', '#!/bin/sh\n']] as Entries) : []),
    ...(software.podman ? ([['/var/lib/containers/storage/storage.lock', '']] as Entries) : []),
    ...(software.kubeletVersion === undefined
      ? []
      : ([
          [
            '/var/lib/kubelet/config.yaml',
            lines('apiVersion: kubelet.config.k8s.io/v1beta1', 'cgroupDriver: systemd', 'clusterDomain: cluster.local'),
          ],
        ] as Entries)),
  ];
}

function dnfFiles({ software }: NodeModel): Entries {
  const key = 'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-distribution';
  const section = (id: string, title: string, isOn: boolean): string =>
    lines(
      `[${id}]`,
      `name=${title}`,
      `baseurl=https://archive.example/${id}`,
      `enabled=${isOn ? 1 : 0}`,
      'gpgcheck=1',
      key,
    );
  const own = [...repositories].map(([id, { title }]) => section(id, title, software.repositories.has(id)));
  return [
    [
      '/etc/dnf/dnf.conf',
      lines('[main]', 'gpgcheck=1', 'installonly_limit=3', 'clean_requirements_on_remove=True', 'best=True'),
    ],
    ['/etc/yum.repos.d/distribution.repo', own.join('\n')],
    ...(software.packages.has(epel.package)
      ? ([['/etc/yum.repos.d/epel.repo', section(epel.id, epel.title, true)]] as Entries)
      : []),
    ['/etc/pki/rpm-gpg/RPM-GPG-KEY-distribution', ''],
    ['/etc/kernel/cmdline', 'root=UUID=0f3c ro crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M\n'],
    [
      '/etc/chrony.conf',
      lines('pool 2.rocky.pool.ntp.org iburst', 'driftfile /var/lib/chrony/drift', 'makestep 1.0 3'),
    ],
    ...[...software.streams].map(([name, stream]): [string, FileEntry] => [
      `/etc/dnf/modules.d/${name}.module`,
      lines(`[${name}]`, `name=${name}`, `stream=${stream}`, 'profiles=', 'state=enabled'),
    ]),
  ];
}

function driverLibraries(model: NodeModel): Entries {
  const version = installedDriver(model);
  if (version === null) return [];
  return ['libcuda', 'libnvidia-ml'].map((name) => [`${libraryFolder(model)}/${name}.so.${version}`, '']);
}

function environmentFiles({ prefix, kind, python, conda = [], pip = [], torch }: EnvironmentSpec): Entries {
  const site = `${prefix}/lib/python${python.split('.').slice(0, 2).join('.')}/site-packages`;
  const files: Entries = [
    ...conda.map((name): [string, FileEntry] => [`${prefix}/conda-meta/${name}.json`, '{}\n']),
    ...pip.map((name): [string, FileEntry] => [`${site}/${name}.dist-info/METADATA`, 'Metadata-Version: 2.1\n']),
  ];
  if (kind === 'venv') {
    const settings = lines('home = /usr/bin', 'include-system-site-packages = false', `version = ${python}`);
    files.push([`${prefix}/pyvenv.cfg`, settings]);
  }
  if (torch) {
    const text = lines(
      'from typing import Optional',
      `__version__ = '${torch.version}'`,
      'debug = False',
      `cuda: Optional[str] = ${torch.cuda === null ? 'None' : `'${torch.cuda}'`}`,
      `hip: Optional[str] = ${torch.hip === undefined ? 'None' : `'${torch.hip}'`}`,
    );
    files.push([`${site}/torch/version.py`, text]);
  }
  return files;
}

function kernelFiles(model: NodeModel): Entries {
  const { profile, software } = model;
  const kernels = [
    { release: profile.kernelRelease, hasNvidiaModule: software.builtFor.has(profile.kernelRelease) },
    ...(profile.software?.kernels ?? []),
  ];
  const files = kernels.map(({ release, hasNvidiaModule }): [string, FileEntry] => [
    `/lib/modules/${release}/modules.dep`,
    lines('kernel/fs/xfs/xfs.ko:', ...(hasNvidiaModule ? ['updates/dkms/nvidia.ko:'] : [])),
  ]);
  if (hasKernelHeaders(model)) files.push([`/lib/modules/${profile.kernelRelease}/build/Makefile`, '']);
  // What the driver's own package keeps away.
  if (
    [...software.packages.keys()].some((name) =>
      /^nvidia-(driver|kernel-common)-|^nvidia-kmod-common$|^cuda-drivers/.test(name),
    )
  )
    files.push(['/usr/lib/modprobe.d/nvidia-graphics-drivers.conf', 'blacklist nouveau\nblacklist nvidiafb\n']);
  const waiting = profile.software?.rebootPackages ?? [];
  if (waiting.length > 0) {
    files.push(['/run/reboot-required', '*** System restart required ***\n']);
    files.push(['/run/reboot-required.pkgs', lines(...waiting)]);
  }
  return files;
}

function rocmFiles({ profile }: NodeModel): Entries {
  const version = profile.amdDriver?.rocmVersion;
  return version === undefined ? [] : [[`/opt/rocm-${version}/.info/version`, `${version}-139\n`]];
}

/** Made at boot, with the driver and slices of then. */
function cdiFiles(model: NodeModel): Entries {
  if (model.profile.docker?.toolkitVersion == null) return [];
  const text = cdiSpecification(model, slicesOfBefore);
  return text === null ? [] : [['/var/run/cdi/nvidia.yaml', text]];
}
