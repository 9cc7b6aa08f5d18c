// examples are what a beginner can start from. A test evaluates all of them.
const flows = [
  {ip_src_addr: '10.0.0.7', ip_dst_addr: '93.184.216.34', domain: 'www.example.com', bytes: 5200, user: 'ann', method: 'GET'},
  {ip_src_addr: '10.0.0.9', ip_dst_addr: '198.51.100.7', domain: 'kq3v9z7x1b.example.net', bytes: 2400000, user: 'bob', method: 'POST'},
  {ip_src_addr: '192.0.2.44', ip_dst_addr: '10.0.0.1', domain: 'intranet.example.org', bytes: 310, user: 'eve', method: 'CONNECT'},
  {ip_src_addr: '10.1.2.3', ip_dst_addr: '203.0.113.9', domain: 'cdn.example.com', bytes: 88000, user: 'ann', method: 'GET'},
].map(message => JSON.stringify(message)).join('\n')

export const examples = [
  {
    name: 'A condition', mode: 'expression', messages: flows,
    text: "bytes > 1000000 and\n  not(IN_SUBNET(ip_dst_addr, '10.0.0.0/8'))",
  },
  {
    name: 'Fields that are computed', mode: 'expression', messages: flows,
    text: '# each line makes a field, which the lines below it can read\nsite := DOMAIN_REMOVE_SUBDOMAINS(domain)\n'
      + "is_internal := IN_SUBNET(ip_src_addr, '10.0.0.0/8')\nsize := if bytes > 100000 then 'large' else 'small'",
  },
  {
    name: 'Lists and functions of one argument', mode: 'expression', messages: '{"ports": [22, 443, 8080, 31337]}',
    text: 'FILTER(ports, port -> port > 1024)',
  },
  {
    name: 'Rules with scores and tests', mode: 'rules', messages: flows,
    text: `sensor: proxy
enrich:
  where: |
    site := DOMAIN_REMOVE_SUBDOMAINS(domain)
    is_internal := IN_SUBNET(ip_dst_addr, '10.0.0.0/8')
drop: method == 'CONNECT' and bytes == 0
triage:
  aggregator: MAX
  rules:
    - name: large upload
      id: upload-1
      severity: high
      when: method == 'POST' and bytes > 1000000 and not(is_internal)
      score: 50
      reason: FORMAT('%s sent %d bytes to %s', user, bytes, site)
      except:
        - when: user == 'backup'
          owner: it
          reason: the nightly backup
    - name: tunnel
      when: method == 'CONNECT'
      score: 10
tests:
  - name: an upload to a foreign site
    message: {method: POST, bytes: 2000000, user: ann, domain: a.example.com, ip_dst_addr: 203.0.113.1}
    expect: {fired: [large upload], score: 50}
  - name: the backup
    message: {method: POST, bytes: 2000000, user: backup, domain: a.example.com, ip_dst_addr: 203.0.113.1}
    expect: {fired: []}
`,
  },
]
