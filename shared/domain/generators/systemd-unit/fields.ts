import { choice, flag, group, list, number, pairs, text, texts, whole } from '../field-makers';
import type { Generator } from '../generator';
import { both } from '../values';

/** Source: systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.resource-control(5). */
export const sections: Generator['sections'] = [
  {
    title: both('Unit', '单元'),
    fields: [
      text('name', 'The file’s name without .service.', '文件名，不含 .service。', {
        label: both('Name', '名称'),
        isRequired: true,
        placeholder: 'vllm',
      }),
      text('Description', 'Shown by systemctl.', '由 systemctl 显示。', {
        isRequired: true,
        placeholder: 'vLLM server',
      }),
      texts(
        'After',
        'Started after these, if they are started. nvidia-persistenced.service before work on GPUs.',
        '在这些单元之后启动。使用 GPU 前通常为 nvidia-persistenced.service。',
        {
          placeholder: 'network-online.target',
        },
      ),
      texts('Wants', 'Started with it.', '一并启动的单元。', { placeholder: 'network-online.target' }),
      texts('Requires', 'Started with it; it stops when one of them does.', '一并启动；其中之一停止时本单元也停止。'),
      texts('WantedBy', 'Who starts it. multi-user.target: every boot.', '由谁启动。multi-user.target：每次启动。', {
        placeholder: 'multi-user.target',
      }),
    ],
  },
  {
    title: both('Service', '服务'),
    fields: [
      choice(
        'Type',
        ['simple', 'exec', 'notify', 'oneshot', 'forking'],
        'exec: started once its program runs. oneshot: it ends by itself. notify: it says when it is ready.',
        'exec：程序运行即视为已启动。oneshot：执行完即结束。notify：由程序通知就绪。',
      ),
      flag(
        'RemainAfterExit',
        'Counts as active after it has ended: for settings made once.',
        '结束后仍视为活动：用于一次性设置。',
        { isShown: (around) => around.Type === 'oneshot' },
      ),
      texts(
        'ExecStart',
        'The words of the command, the program with its full path. No shell: no |, >, &&.',
        '命令的各个参数，程序须写完整路径。不经过 shell：不能用 |、>、&&。',
        {
          isRequired: true,
          placeholder: '/usr/bin/python3',
        },
      ),
      list('ExecStartPre', both('Command', '命令'), 'Run before, one after another.', '启动前依次执行。', [
        texts('words', 'The words of the command.', '命令的各个参数。', {
          label: both('Command', '命令'),
          isRequired: true,
        }),
      ]),
      text('User', 'Without it: root.', '留空为 root。', { placeholder: 'vllm' }),
      text('Group', 'Default: the user’s.', '默认：用户所属的组。'),
      text('WorkingDirectory', 'A full path.', '完整路径。', { placeholder: '/srv/vllm' }),
      pairs(
        'Environment',
        both('Variable', '变量'),
        'Anybody on the node can read them: no secrets.',
        '节点上任何人都能读取：不要写机密。',
      ),
      text(
        'EnvironmentFile',
        'NAME=value lines; readable for root only it may hold secrets.',
        '含 NAME=value 行；仅 root 可读时可存放机密。',
        { placeholder: '/etc/default/vllm' },
      ),
      choice(
        'Restart',
        ['no', 'on-failure', 'always'],
        'on-failure: again after crashes.',
        'on-failure：崩溃后重新启动。',
      ),
      number(
        'RestartSec',
        'Waits so long. Default 0.1 s: GPUs need longer to be free again.',
        '重启前等待。默认 0.1 s：GPU 释放需要更久。',
        { unit: 's', minimum: 0, maximum: 86_400 },
      ),
      number(
        'TimeoutStartSec',
        'Default 90 s; loading a large model takes longer.',
        '默认 90 s；加载大模型需要更久。',
        { unit: 's', minimum: 1, maximum: 86_400 },
      ),
      number('TimeoutStopSec', 'Then it is killed. Default 90 s.', '超过则强制结束。默认 90 s。', {
        unit: 's',
        minimum: 1,
        maximum: 86_400,
      }),
    ],
  },
  {
    title: both('Limits', '资源限制'),
    fields: [
      flag('memlockUnlimited', 'Page-locked memory without a limit: RDMA needs it.', '不限制锁页内存：RDMA 需要。', {
        label: both('LimitMEMLOCK=infinity', 'LimitMEMLOCK=infinity'),
      }),
      whole('LimitNOFILE', 'Open files. Default 1024.', '可打开的文件数。默认 1024。', {
        minimum: 64,
        maximum: 1_073_741_816,
      }),
      text('MemoryMax', 'Above it the unit is out of memory; the node is not.', '超过则该单元内存不足，不影响节点。', {
        placeholder: '200G',
      }),
      text('CPUAffinity', 'Processors, best those of the GPU’s NUMA node.', 'CPU 列表，宜取 GPU 所在 NUMA 节点。', {
        placeholder: '0-31',
      }),
    ],
  },
  {
    title: both('Hardening', '加固'),
    fields: [
      flag(
        'NoNewPrivileges',
        'No set-user-id programs: sudo does not work in it.',
        '禁止 set-user-id 程序：其中无法使用 sudo。',
      ),
      choice(
        'ProtectSystem',
        ['false', 'true', 'full', 'strict'],
        'full: /usr, /boot and /etc read-only. strict: everything but what is listed below.',
        'full：/usr、/boot、/etc 只读。strict：除下方所列之外全部只读。',
      ),
      texts('ReadWritePaths', 'What may be written with strict.', 'strict 时可写的路径。', {
        placeholder: '/var/lib/vllm',
      }),
      choice(
        'ProtectHome',
        ['false', 'true', 'read-only', 'tmpfs'],
        'true: /home, /root and /run/user are empty.',
        'true：/home、/root 和 /run/user 为空。',
      ),
      flag('PrivateTmp', 'A /tmp of its own.', '独立的 /tmp。'),
      flag(
        'PrivateDevices',
        'No devices: GPUs and InfiniBand are gone as well.',
        '没有设备：GPU 和 InfiniBand 也不可用。',
      ),
      texts(
        'DeviceAllow',
        'Only these devices. GPUs: char-nvidia rw, char-nvidia-uvm rw, char-nvidia-caps rw.',
        '仅允许这些设备。GPU：char-nvidia rw、char-nvidia-uvm rw、char-nvidia-caps rw。',
        { placeholder: 'char-nvidia rw' },
      ),
      flag('ProtectKernelTunables', '/proc/sys and /sys are read-only.', '/proc/sys 与 /sys 只读。'),
      flag(
        'ProtectKernelModules',
        'It can’t load modules; nvidia-modprobe can’t either.',
        '不能加载内核模块，nvidia-modprobe 也不能。',
      ),
      flag('ProtectControlGroups', '/sys/fs/cgroup is read-only.', '/sys/fs/cgroup 只读。'),
      flag('RestrictSUIDSGID', 'It can’t make set-user-id files.', '不能创建 set-user-id 文件。'),
      flag('LockPersonality', 'It can’t change its execution domain.', '不能更改执行域。'),
      flag(
        'MemoryDenyWriteExecute',
        'No code made while running: CUDA, PyTorch and Java need just that.',
        '禁止运行时生成代码：CUDA、PyTorch、Java 恰恰需要。',
      ),
      texts('CapabilityBoundingSet', 'Capabilities that it can have at most.', '最多可拥有的 capability。', {
        placeholder: 'CAP_IPC_LOCK',
      }),
      texts('AmbientCapabilities', 'Capabilities that it has without being root.', '非 root 时也拥有的 capability。', {
        placeholder: 'CAP_IPC_LOCK',
      }),
    ],
  },
  {
    title: both('Other', '其他'),
    fields: [
      list(
        'other',
        both('Setting', '设置'),
        'What has no field here.',
        '此处没有字段的设置。',
        [
          text('section', 'Where it stands: Unit, Service, Install.', '所在的节：Unit、Service、Install。', {
            label: both('Section', '节'),
            isRequired: true,
            placeholder: 'Service',
          }),
          text('name', 'As systemd calls it.', 'systemd 的设置名。', { label: both('Name', '名称'), isRequired: true }),
          text('value', 'Written as it is.', '原样写入。', { label: both('Value', '值') }),
        ],
        { label: both('Other settings', '其他设置') },
      ),
      group(
        'timer',
        'A timer that starts it (a second file).',
        '用定时器启动（另一个文件）。',
        [
          text('OnCalendar', 'When, as in systemd.time(7).', '时间，写法见 systemd.time(7)。', {
            placeholder: 'Mon..Fri 02:30',
          }),
          flag('Persistent', 'Made up for after the node was off.', '关机期间错过的会补执行。'),
        ],
        { label: both('Timer', '定时器') },
      ),
    ],
  },
];
