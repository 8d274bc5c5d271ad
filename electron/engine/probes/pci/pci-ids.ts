/**
 * Classes by the names that `lspci` prints when it is not asked for numbers, from the PCI ID database (pci.ids). Only those
 * that tell what a part of a GPU node is.
 */
export const classCodes: Readonly<Record<string, string>> = {
  'SCSI storage controller': '0100',
  'RAID bus controller': '0104',
  'SATA controller': '0106',
  'Serial Attached SCSI controller': '0107',
  'Non-Volatile memory controller': '0108',
  'Ethernet controller': '0200',
  'Infiniband controller': '0207',
  'InfiniBand controller': '0207',
  'Fabric controller': '0208',
  'Network controller': '0280',
  'VGA compatible controller': '0300',
  '3D controller': '0302',
  'Display controller': '0380',
  'Audio device': '0403',
  'Host bridge': '0600',
  'ISA bridge': '0601',
  'PCI bridge': '0604',
  Bridge: '0680',
  'Fibre Channel': '0c04',
  'Processing accelerators': '1200',
};

/** Vendors by their names in the PCI ID database, which stand in front of the device's; longer names first. */
export const vendors: ReadonlyArray<readonly [name: string, id: string]> = [
  ['Advanced Micro Devices, Inc. [AMD/ATI]', '1002'],
  ['Advanced Micro Devices, Inc. [AMD]', '1022'],
  ['Broadcom Inc. and subsidiaries', '14e4'],
  ['Samsung Electronics Co Ltd', '144d'],
  ['Matrox Electronics Systems Ltd.', '102b'],
  ['Micron Technology Inc', '1344'],
  ['ASPEED Technology, Inc.', '1a03'],
  ['HighPoint Technologies, Inc.', '1103'],
  ['Mellanox Technologies', '15b3'],
  ['Microsoft Corporation', '1414'],
  ['Cisco Systems Inc', '1137'],
  ['NVIDIA Corporation', '10de'],
  ['Intel Corporation', '8086'],
  ['Broadcom / LSI', '1000'],
  ['Red Hat, Inc.', '1af4'],
  ['VMware', '15ad'],
];
