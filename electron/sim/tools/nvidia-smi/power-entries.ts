import type { NodeModel } from '../../model/node-model';
import { type Entry, entry, mhz, mib, NONE, watt } from './entry';
import { type GpuReading, isFabricUp } from './reading';

export function heatAndPowerEntries(reading: GpuReading, branch: number): Entry[] {
  const { card } = reading.gpu.slot;
  const celsius = (value: number | null): string => (value === null ? NONE : `${value} C`);
  const headroom = card.maxOperatingC - reading.temperatureC;
  const thresholds = card.reportsHeadroom
    ? [
        entry('gpu_temp_tlimit', 'GPU T.Limit Temp', celsius(headroom)),
        entry(
          'gpu_temp_max_tlimit_threshold',
          'GPU Shutdown T.Limit Temp',
          celsius(card.maxOperatingC - card.shutdownC),
        ),
        entry(
          'gpu_temp_slow_tlimit_threshold',
          'GPU Slowdown T.Limit Temp',
          celsius(card.maxOperatingC - card.slowdownC),
        ),
        entry('gpu_temp_max_gpu_tlimit_threshold', 'GPU Max Operating T.Limit Temp', celsius(0)),
      ]
    : [
        entry('gpu_temp_tlimit', 'GPU T.Limit Temp', NONE),
        entry('gpu_temp_max_threshold', 'GPU Shutdown Temp', celsius(card.shutdownC)),
        entry('gpu_temp_slow_threshold', 'GPU Slowdown Temp', celsius(card.slowdownC)),
        entry('gpu_temp_max_gpu_threshold', 'GPU Max Operating Temp', celsius(card.maxOperatingC)),
      ];
  const memoryThreshold = card.reportsHeadroom
    ? entry(
        'gpu_temp_max_mem_tlimit_threshold',
        'Memory Max Operating T.Limit Temp',
        card.memoryMaxC === null ? NONE : '0 C',
      )
    : entry('gpu_temp_max_mem_threshold', 'Memory Max Operating Temp', celsius(card.memoryMaxC));
  return [
    entry(
      'temperature',
      'Temperature',
      [
        entry('gpu_temp', 'GPU Current Temp', celsius(reading.temperatureC)),
        ...thresholds,
        entry('gpu_target_temperature', 'GPU Target Temperature', celsius(card.targetC)),
        entry('memory_temp', 'Memory Current Temp', celsius(reading.memoryTemperatureC)),
        memoryThreshold,
      ],
      'TEMPERATURE',
    ),
    entry('gpu_power_readings', 'GPU Power Readings', powerEntries(reading, branch), 'POWER'),
    ...(branch >= 550 ? [memoryPowerEntry(reading, branch)] : []),
    entry('module_power_readings', 'Module Power Readings', powerEntries(null, branch), 'POWER'),
  ];
}

/** Memory that is stacked on the GPU tells its own share. */
function memoryPowerEntry(reading: GpuReading, branch: number): Entry {
  const share = reading.gpu.slot.card.memoryMaxC === null ? undefined : 38 + reading.powerW * 0.075;
  const value = share === undefined ? NONE : watt(share);
  const draw =
    branch >= 565
      ? [
          entry('average_power_draw', 'Average Power Draw', value),
          entry('instant_power_draw', 'Instantaneous Power Draw', NONE),
        ]
      : [entry('power_draw', 'Power Draw', value)];
  return entry('gpu_memory_power_readings', 'GPU Memory Power Readings ', draw, 'POWER');
}

function powerEntries(reading: GpuReading | null, branch: number): Entry[] {
  const value = (watts: number | undefined): string => (watts === undefined ? NONE : watt(watts));
  const card = reading?.gpu.slot.card;
  const draw =
    branch >= 565
      ? [
          entry('average_power_draw', 'Average Power Draw', value(reading?.powerW)),
          entry('instant_power_draw', 'Instantaneous Power Draw', value(reading ? reading.powerW * 1.01 : undefined)),
        ]
      : [entry('power_draw', 'Power Draw', value(reading?.powerW))];
  return [
    { ...entry('power_state', 'Power State', reading?.performanceState ?? NONE), only: 'xml' },
    ...draw,
    entry('current_power_limit', 'Current Power Limit', value(reading?.gpu.powerLimitW)),
    entry('requested_power_limit', 'Requested Power Limit', value(reading?.gpu.powerLimitW)),
    entry('default_power_limit', 'Default Power Limit', value(card?.maxPowerLimitW)),
    entry('min_power_limit', 'Min Power Limit', value(card?.minPowerLimitW)),
    entry('max_power_limit', 'Max Power Limit', value(card?.maxPowerLimitW)),
  ];
}

export function clockEntries(model: NodeModel, reading: GpuReading, branch: number): Entry[] {
  const { gpu } = reading;
  const { card } = gpu.slot;
  const application = branch >= 580 ? 'Requested functionality has been deprecated' : null;
  const applicationClocks = [
    entry('graphics_clock', 'Graphics', application ?? mhz(card.maxGraphicsMhz)),
    entry('mem_clock', 'Memory', application ?? mhz(card.maxMemoryMhz)),
  ];
  const clocks = (graphics: number, memory: number, video: number): Entry[] => [
    entry('graphics_clock', 'Graphics', mhz(graphics)),
    entry('sm_clock', 'SM', mhz(graphics)),
    entry('mem_clock', 'Memory', mhz(memory)),
    entry('video_clock', 'Video', mhz(video)),
  ];
  const hasFabric = model.profile.hasNvswitch;
  const isUp = isFabricUp(model);
  return [
    entry('clocks', 'Clocks', clocks(reading.graphicsMhz, reading.memoryMhz, reading.videoMhz), 'CLOCK'),
    entry('applications_clocks', 'Applications Clocks', applicationClocks, 'CLOCK'),
    entry('default_applications_clocks', 'Default Applications Clocks', applicationClocks, 'CLOCK'),
    entry('max_clocks', 'Max Clocks', clocks(card.maxGraphicsMhz, card.maxMemoryMhz, card.maxVideoMhz), 'CLOCK'),
    entry('max_customer_boost_clocks', 'Max Customer Boost Clocks', [
      entry('graphics_clock', 'Graphics', card.pciSubclass === '2' ? mhz(card.maxGraphicsMhz) : NONE),
    ]),
    entry('fabric', 'Fabric', [
      entry('state', 'State', hasFabric ? (isUp ? 'Completed' : 'In Progress') : NONE),
      entry('status', 'Status', hasFabric && isUp ? 'Success' : NONE),
      ...(branch >= 550
        ? [
            entry('cliqueId', 'CliqueId', hasFabric ? '0' : NONE),
            entry('clusterUuid', 'ClusterUUID', hasFabric ? '00000000-0000-0000-0000-000000000000' : NONE),
            entry('health', 'Health', [entry('bandwidth', 'Bandwidth', NONE)]),
          ]
        : []),
    ]),
    { ...supportedClocks(card.maxMemoryMhz, card.maxGraphicsMhz), only: 'xml' },
    processEntry(model, reading),
    { ...entry('accounted_processes', '', []), only: 'xml' },
  ];
}

/** The long list that makes the XML of eight cards a large document. */
function supportedClocks(memoryMhz: number, topGraphicsMhz: number): Entry {
  const steps: Entry[] = [];
  for (let clock = topGraphicsMhz; clock >= 210; clock -= 15)
    steps.push(entry('supported_graphics_clock', '', mhz(clock)));
  return entry('supported_clocks', '', [
    entry('supported_mem_clock', '', [entry('value', '', mhz(memoryMhz)), ...steps]),
  ]);
}

function processEntry(model: NodeModel, { gpu }: GpuReading): Entry {
  const infos = model
    .holdersOf(gpu.index)
    .filter((process) => process.isListedByDriver)
    .flatMap((process) =>
      process.gpus
        .filter((hold) => hold.gpuIndex === gpu.index)
        .map((hold) =>
          entry('process_info', '', [
            entry(
              'gpu_instance_id',
              'GPU instance ID',
              hold.gpuInstanceId === null ? NONE : String(hold.gpuInstanceId),
            ),
            entry('compute_instance_id', 'Compute instance ID', hold.gpuInstanceId === null ? NONE : '0'),
            entry('pid', 'Process ID', String(process.pid)),
            entry('type', '    Type', 'C'),
            entry('process_name', '    Name', process.executable),
            entry('used_memory', '    Used GPU Memory', mib(hold.memoryMib)),
          ]),
        ),
    );
  return entry('processes', 'Processes', infos, 'PIDS');
}
