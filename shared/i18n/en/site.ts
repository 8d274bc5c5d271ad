export const site = {
  unknownAddress: 'There is no address {{name}} to be set.',
  badAddress:
    '{{name}}: “{{text}}” is not an address that can go there. URLs begin with http:// or https://; registries are written as in image names, like registry.site:5000/hub.',
  hasPassword:
    '{{name}}: a password in an address would be readable by every user of a node, so it is not taken. Let the proxy or mirror accept the nodes’ network without one.',
  badSetting: '{{name}} makes no sense.',
  privateKey: 'The file has a private key in it. Only certificates may be given: they go to every node.',
  noCertificate: 'There is no certificate in it: a PEM file with -----BEGIN CERTIFICATE----- is wanted.',
  badCertificate: 'One of its certificates can’t be read.',
  noAuthority:
    '{{subject}} is no certificate authority, so nothing can be checked by it. The certificate that signed it is wanted.',
  isExpired:
    '{{subject}} was valid from {{from}} to {{to}} (UTC), and today is {{today}}: nodes would refuse all that it signs. Get its successor from who runs it.',
  notYetValid:
    '{{subject}} is valid from {{from}} to {{to}} (UTC), and today is {{today}}: nodes would refuse all that it signs. Check this computer’s clock, or give the one that is valid now.',
  nothingSet: 'Nothing is set: nodes use the vendors’ own addresses.',
  expired: 'expired',
};
