export const compatibility = {
  part: {
    driver: 'Driver',
    'kernel-module': 'Kernel module',
    'fabric-manager': 'Fabric Manager',
    'cuda-toolkit': 'CUDA toolkit',
    'cuda-image': 'CUDA image',
    docker: 'Docker',
    'container-toolkit': 'Container Toolkit',
    python: 'Python',
    pytorch: 'PyTorch',
    deepspeed: 'DeepSpeed',
    triton: 'Triton image',
    vllm: 'vLLM image',
  },
  choiceState: {
    adopt: 'Stays',
    install: 'To install',
    replace: 'To replace',
    none: 'Nothing fits',
    unknown: 'Unknown',
  },
  title: 'Compatibility',
  newest: 'Newest you can have',
  withoutReboot: 'Without a reboot',
  withReboot: 'With a reboot',
  nothingKnown: 'Not known: it takes the driver and every GPU model to tell.',
  noneKnown: 'Not known, or none in the tables runs here.',
  asOf: 'Tables as of {{asOf}}.',
  showFitting: 'Show what fits too ({{count}})',
  hideFitting: 'Show only what needs a look',
  allFits: 'Everything that could be judged fits.',
  verdict: {
    fits: 'Fits',
    limits: 'With limits',
    'does-not-fit': 'Does not fit',
    unknown: 'Unknown',
  },
  group: {
    driver: 'Driver',
    cuda: 'CUDA and libraries',
    python: 'PyTorch',
    containers: 'Containers',
    kernel: 'Kernel',
  },
  column: { subject: 'What', verdict: 'Verdict', found: 'Found', needed: 'Needed', reason: 'Why, and who says so' },
  choice: { driver: 'Driver', cudaToolkit: 'CUDA toolkit', pytorch: 'PyTorch', triton: 'Triton image' },
  rule: 'Rule {{rule}}',

  absentNoGpu: 'This node has no NVIDIA GPU, so there is nothing to judge.',
  absentNoDriver:
    'No NVIDIA driver or GPU was found on this node, so there is nothing to judge. GPUs of other makers are not in the tables.',
  absentNothing: 'Nothing on this node could be compared yet.',

  subjectDriverGpu: 'Driver and {{gpu}}',
  subjectModuleGpu: 'Kernel module and {{gpu}}',
  subjectLibraries: 'Driver libraries and kernel module',
  subjectPendingDriver: 'Driver after the next boot',
  subjectFabricManager: 'Fabric Manager and driver',
  subjectBranch: 'Driver branch {{branch}}',
  subjectToolkit: 'CUDA toolkit {{version}}',
  subjectLibrary: '{{name}} {{version}}',
  subjectTorch: 'PyTorch {{version}} in {{environment}}',
  subjectContainerToolkit: 'NVIDIA Container Toolkit',
  subjectDocker: 'Docker and GPUs',
  subjectCdi: 'CDI file {{path}}',
  subjectImage: 'Image {{image}}',
  subjectImages: 'Images that run',
  subjectKernel: 'Kernel and driver',
  subjectNextKernel: 'Kernel {{kernel}} after a restart',
  subjectOfDriver: '{{name}} and driver',
  subjectHomes: 'PyTorch in other homes',
  subjectUnread: 'What probe {{probe}} would tell',

  noDriver: 'The version of the driver is not known.',
  driverNotLoaded: 'No driver is loaded for this GPU: nothing can use it until NVIDIA’s is installed.',
  driverOther: 'Driver {{other}} has this GPU: no CUDA program can use it until NVIDIA’s driver takes its place.',
  unknownGpu: '{{gpu}} is not in the tables, so nothing is said of it.',
  gpuSupported: 'Driver {{driver}} supports {{architecture}} GPUs.',
  gpuSupportedLast: 'Driver {{driver}} supports {{architecture}} GPUs. Branch {{last}} is the last that does.',
  gpuDropped: 'Branch {{last}} is the last that supports {{architecture}} GPUs. Driver {{driver}} ignores this one.',
  gpuTooNew: '{{architecture}} GPUs need branch {{first}} or newer. Driver {{driver}} does not know them.',
  moduleEither: '{{architecture}} GPUs work with the open and the proprietary kernel module.',
  moduleUnknown: 'Which kernel module is loaded is not known.',
  moduleOpen: '{{architecture}} GPUs of this kind work with the open kernel module only.',
  moduleProprietary: '{{architecture}} GPUs work with the proprietary kernel module only.',
  librariesSame: 'Libraries and kernel module are of one version.',
  librariesDiffer:
    'The libraries are {{found}}, the loaded kernel module is {{loaded}}: programs fail with a version mismatch until the node is rebooted or the module reloaded.',
  librariesSeveral:
    'Libraries of several versions are installed ({{found}}). Those of {{loaded}} fit; the others are left over.',
  driverPending: 'Driver {{installed}} is installed and {{loaded}} still runs. The next boot loads the new one.',
  fabricManagerSame: 'Fabric Manager and driver are both {{version}}.',
  fabricManagerDiffers:
    'Fabric Manager is {{version}} and the driver {{driver}}. They must be exactly the same, or the NVSwitch fabric does not start.',
  fabricManagerUnknown: 'The GPUs are joined by a fabric, but no version of Fabric Manager could be read.',
  ofDriverSame: '{{name}} and driver are both {{version}}.',
  ofDriverDiffers: '{{name}} is {{version}} and the driver {{driver}}. They must be exactly the same.',
  branchSupported: 'Branch {{branch}} gets security fixes until {{month}}.',
  branchEnded: 'Branch {{branch}} got its last security fixes in {{month}}.',
  branchEndedUndated: 'Branch {{branch}} is no longer maintained.',
  branchUndated: 'When branch {{branch}} ends is not known here.',
  branchUnlisted: 'Branch {{branch}} is not in the tables.',

  toolkitUnknown: 'The version of the toolkit in {{path}} could not be read.',
  cudaFits: 'CUDA {{cuda}} needs driver {{minimum}} or newer.',
  cudaOlder: 'A driver runs programs of the same and of older CUDA major versions, so {{driver}} runs CUDA {{cuda}}.',
  cudaUnlisted: 'CUDA {{cuda}} is newer than the tables.',
  cudaToldByDriver: 'Driver {{driver}} says itself that it runs CUDA up to {{told}}.',
  cudaBeforeTables:
    'The tables begin after CUDA {{cuda}} and driver {{driver}}, and the driver did not say which CUDA it runs.',
  cudaCompatBranch:
    'CUDA {{cuda}} needs driver {{minimum}} or newer. The cuda-compat package bridges that from long-term and production branches only, and {{branch}} is a new-feature branch.',
  cudaCompatUnknown:
    'CUDA {{cuda}} needs driver {{minimum}} or newer. The cuda-compat package bridges that from long-term and production branches only; what branch {{driver}} is of is not in the tables.',
  cudaMinor:
    'Programs built with CUDA {{cuda}} run from driver {{minimum}} on. What needs a newer driver ({{packaged}} came with it), and code compiled at run time from PTX, does not.',
  cudaTooOld: 'CUDA {{cuda}} needs driver {{minimum}} or newer; {{driver}} is older.',
  cudaTooOldGeForce:
    'CUDA {{cuda}} needs driver {{minimum}} or newer; {{driver}} is older. The compatibility package does not help on GeForce GPUs.',
  cudaTooOldCompat:
    'CUDA {{cuda}} needs driver {{minimum}} or newer; {{driver}} is older. On data-centre GPUs the cuda-compat package would bridge it.',
  cudaCompat:
    'CUDA {{cuda}} is of a newer major version than driver {{driver}} runs by itself ({{minimum}}). It works through the cuda-compat package, on data-centre GPUs and from long-term and production branches only.',
  cudaBeforeGpu: 'CUDA {{cuda}} can not compile for {{gpu}}: that began with CUDA {{first}}.',
  cudaDropsGpu: 'CUDA {{cuda}} no longer compiles for {{gpu}}: CUDA {{last}}.x was the last.',

  torchFits: 'Its CUDA {{cuda}} needs driver {{minimum}}; {{driver}} is there. It holds code for {{capabilities}}.',
  torchHasCode: '{{version}} holds code that {{gpu}} ({{capability}}) can run.',
  torchLacksCode:
    '{{version}} (CUDA {{cuda}}) holds no code for {{gpu}} ({{capability}}): it fails with “no kernel image is available”.',
  torchOwnBuild: '{{version}} is not an official build: what it was compiled for is not known.',
  torchCodeUnknown:
    'Whether {{version}} (CUDA {{cuda}}) still holds code for {{gpu}} ({{capability}}) is not in the tables.',
  torchUnknownGpu: '{{gpu}} is not in the tables, so it is not known whether {{version}} holds code for it.',
  torchForAmd: '{{version}} was built for AMD GPUs and does not see the NVIDIA GPUs of this node.',
  torchForNvidia: '{{version}} was built for CUDA and does not see the AMD GPUs of this node.',
  torchAmdUntold: '{{version}} was built for AMD GPUs. Which ROCm and driver that takes is not in the tables.',
  torchCpuOnly: '{{version}} was built for the CPU alone: it does not use the GPUs.',
  torchNoGpu: 'It was built for CUDA, and no NVIDIA driver was found.',
  torchCompanion: '{{package}} {{found}} does not go with PyTorch {{version}}.',
  homesUnreadable: 'Home folders that this login may not look into: {{count}}. Environments there are not judged.',
  torchConflict: 'PyTorch {{version}} does not work well with {{package}} {{found}}: it takes one before {{below}}.',

  toolkitFits: 'The toolkit hands GPUs to containers through the runtime and through CDI.',
  toolkitRefreshes: 'It writes its CDI file anew by itself when the driver changes.',
  toolkitUnsafe:
    '{{version}} has a known container escape (CVE-2025-23266, CVE-2024-0132, CVE-2025-23359 among them). {{minimum}} has the fixes.',
  toolkitWithoutCdi: '{{version}} can not write CDI files; {{minimum}} can.',
  toolkitOldDriver: 'The toolkit needs driver {{minimum}} or newer.',
  dockerRuntime: 'Docker knows the nvidia runtime.',
  dockerCdi: 'Docker hands out GPUs through CDI.',
  dockerWithoutGpus:
    'Docker {{version}} knows neither the nvidia runtime nor CDI devices, so no container can use a GPU.',
  dockerOld: 'Docker {{version}} is older than the maintained line ({{minimum}}).',
  cdiSame: 'It names the libraries of the driver that runs.',
  cdiStale:
    'It names libraries of driver {{found}}, and those of {{driver}} are there: containers that ask for a GPU fail to start until the file is written anew (nvidia-ctk cdi generate).',
  imageUnknown: 'The name of this image does not tell which CUDA version is in it.',
  imagesUnread: 'docker ps did not answer, so images that run are not judged.',
  imageReleaseOnly:
    'Its tag tells release {{release}} and not the CUDA inside; `docker image inspect {{image}}` shows that as CUDA_VERSION.',
  imageForAmd: 'It was built for AMD GPUs and can not use the NVIDIA GPUs of this node.',

  moduleNotLoaded: 'The NVIDIA driver is installed and its kernel module is not loaded under kernel {{kernel}}.',
  kernelFits: 'Driver {{driver}} is loaded, and {{kernel}} is a kernel of {{system}} ({{series}}).',
  kernelUnlisted: 'Driver {{driver}} is loaded. The tables know {{system}} with {{series}} only.',
  kernelOfUnknownSystem: 'Driver {{driver}} is loaded. This system is not in the tables.',
  nextKernelHasModule: 'There is an NVIDIA module for {{kernel}}, which starts next.',
  nextKernelWithoutModule:
    'There is no NVIDIA module for {{kernel}}, which starts next: after a restart this node has no GPUs until one is built.',
  nextKernelNeedsCompiler:
    'There is no NVIDIA module for {{kernel}}, which starts next. That kernel is built with gcc-12, which is not installed, so DKMS can not build one.',

  newestDriverStays: 'The driver can not change without unloading it.',
  newestDriverNewer:
    'It is newer than the newest branch that is maintained for long ({{branch}}, until {{month}}): a restart brings nothing newer.',
  newestDriverPackaged: 'Newest maintained branch for all GPUs here (until {{month}}); {{system}} has packages of it.',
  newestDriverRepository:
    'Newest maintained branch for all GPUs here (until {{month}}); for {{system}} from the CUDA repository {{repository}}.',
  newestDriverOther:
    'Newest maintained branch for all GPUs here (until {{month}}). What this system offers is not in the tables.',
  longestDriverPackaged:
    'Of the branches for all GPUs here the one that gets fixes longest (until {{month}}); {{system}} has packages of it.',
  longestDriverRepository:
    'Of the branches for all GPUs here the one that gets fixes longest (until {{month}}); for {{system}} from the CUDA repository {{repository}}.',
  longestDriverOther:
    'Of the branches for all GPUs here the one that gets fixes longest (until {{month}}). What this system offers is not in the tables.',
  newestCuda:
    'Newest whose own driver ({{packaged}}) is not newer than {{driver}}, and that compiles for every GPU here.',
  newestTorch: 'Its CUDA {{cuda}} needs driver {{minimum}}, and it holds code for every GPU here.',
  newestCudaLimited:
    'Newest whose own driver ({{packaged}}) is not newer than {{driver}}, and that compiles for every GPU here. What is built with up to {{limited}} runs, too, without what needs a newer driver (rule R3).',
  newestTriton: 'CUDA {{cuda}} in it runs on driver {{driver}}.',

  chooseUnread: 'Which GPUs are here could not be read.',
  chooseAmd: 'The GPUs here are AMD’s, and the tables tell of NVIDIA’s alone.',
  chooseMixed:
    '{{older}} takes the proprietary kernel module alone and {{newer}} the open one alone: no driver serves both in one machine.',
  chooseNoBranch: 'No branch that still gets security fixes supports every GPU here.',
  chooseDriverKept: 'Driver {{driver}} supports every GPU here: it stays.',
  chooseDriverEnded:
    'Driver {{driver}} supports every GPU here and stays, but its branch gets no fixes any more. Ask for branch {{branch}} to have them until {{month}}.',
  chooseModuleOpen: '{{architecture}} GPUs work with either; open is NVIDIA’s default from branch 560 on.',
  chooseFabricManager: 'NVSwitch needs Fabric Manager of exactly the driver’s version ({{driver}}).',
  chooseKept: '{{version}} fits driver {{driver}} and every GPU here: it stays.',
  chooseToolkit:
    'The newest that compiles for every GPU here and whose own driver ({{packaged}}) is not newer than {{driver}}.',
  chooseDocker: '{{minimum}} (containerd 1.7) or newer: the oldest that the steps here are made for.',
  chooseContainerToolkit: '{{minimum}} or newer: earlier ones have known container escapes.',
  chooseTorch:
    'The newest with a stable wheel that holds code for every GPU here. Its CUDA {{cuda}} needs driver {{minimum}}.',
  chooseTorchKept: 'That of environment {{environment}} runs on the driver and GPUs here: it stays.',
  choosePython: 'PyTorch {{torch}} takes Python {{first}} to {{last}}; Triton’s images have {{image}}.',
  chooseDeepspeed: 'It goes with PyTorch {{torch}}.',
  chooseImage: 'Its CUDA {{cuda}} came with driver {{packaged}}, and runs here in full.',
  chooseImageMinor:
    'Its CUDA {{cuda}} runs here through compatibility inside CUDA {{major}}; in full it takes driver {{packaged}}.',
};
