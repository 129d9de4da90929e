// Part of `npm run bench`: templating beside CPython's Jinja2 and Ansible's Templar, in the same minute on the same text.
// Prints how often a second each renders a template of about 6 kB, and resolves all variables of a host: five hundred that
// use one another, or, when MADANSIBLE_BENCH_KOLLA names a checkout of kolla-ansible, those of its group_vars.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setup.js'

const SECONDS = 3
const VARIABLES = 500

// In the manner of a service's configuration file: sections, loops over hosts, conditions, filters.
function template() {
  const service = number => `
[service_${number}]
{% if enable_service_${number} | bool %}
bind = {{ address }}:{{ base_port | int + ${number} }}
workers = {{ [workers, 5] | min }}
hosts = {% for host in hosts %}{{ host }}.{{ domain }}:{{ base_port }}{% if not loop.last %},{% endif %}{% endfor %}

{% for key, value in options | dictsort %}
{{ key }} = {{ value | default('', true) }}
{% endfor %}
{% else %}
# service ${number} is off
{% endif %}
`
  return Array.from({ length: 14 }, (_, number) => service(number)).join('')
}

function variables() {
  const vars = {
    address: '10.0.0.10',
    base_port: 8000,
    workers: 8,
    domain: 'cloud.example',
    hosts: ['control01', 'control02', 'control03'],
    options: { timeout: 30, retries: 3, debug: false, region: 'one', password: null, url: 'http://10.0.0.10:5000/v3' },
  }
  for (let number = 0; number < 14; number++) vars[`enable_service_${number}`] = number % 3 === 0 ? 'no' : 'yes'
  return vars
}

// Chains as role defaults have them: each value is a template over others.
function chains(count) {
  const vars = { ...variables(), value_0: '{{ address }}:{{ base_port }}' }
  for (let number = 1; number < count; number++) {
    vars[`value_${number}`] =
      number % 5 === 0
        ? {
            name: `{{ value_${number - 1} }}`,
            port: `{{ base_port | int + ${number} }}`,
            on: `{{ workers > ${number} }}`,
          }
        : number % 5 === 1
          ? `{{ address }}/{{ domain }}/${number}`
          : `{{ value_${number - 1} | lower }}`
  }
  return vars
}

const PYTHON = `
import json, sys, time
case = json.load(sys.stdin)
from jinja2 import Environment
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
seconds = case['seconds']
def rate(work):
    start = time.process_time()
    work()
    first = time.process_time() - start
    if first > seconds:
        return 1 / first
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        work()
        count += 1
    return count / (time.process_time() - start)
environment = Environment(trim_blocks=True)
environment.filters['bool'] = lambda value: str(value).lower() in ('yes', 'true', '1', 'on')
compiled = environment.from_string(case['template'])
loader = DataLoader()
templar = Templar(loader=loader, variables=case['variables'])
def ansible():
    templar.template(case['template'], convert_data=False, escape_backslashes=False)
chains = case['chains']
def resolve():
    every = Templar(loader=loader, variables=chains)
    for name in chains:
        try:
            every.template('{{ ' + name + ' }}')
        except Exception:
            pass
json.dump(dict(jinja=rate(lambda: compiled.render(case['variables'])), templar=rate(ansible), resolve=rate(resolve)), sys.stdout)
`

const READ_KOLLA = `
import glob, json, os, sys, yaml
class Loader(yaml.SafeLoader):
    pass
Loader.add_multi_constructor('!', lambda loader, tag, node: loader.construct_scalar(node))
base = os.path.join(sys.argv[1], 'ansible', 'group_vars')
variables = {}
for path in sorted(glob.glob(base + '/all.yml') + glob.glob(base + '/all/*.yml')):
    with open(path) as file:
        variables.update(yaml.load(file, Loader=Loader) or {})
variables.update(kolla_internal_vip_address='10.0.0.100', network_interface='eth0', inventory_hostname='one', groups={'all': ['one']},
                 ansible_facts={'eth0': {'ipv4': {'address': '10.0.0.10'}}, 'os_family': 'Debian', 'distribution': 'Debian'})
json.dump(variables, sys.stdout, default=str)
`

// What a host's variables are: [how to call them, name to raw value].
function hostVariables() {
  const kolla = process.env.MADANSIBLE_BENCH_KOLLA
  if (kolla === undefined) return [`${VARIABLES} variables that use one another`, chains(VARIABLES)]
  const run = spawnSync('/usr/bin/python3', ['-c', READ_KOLLA, kolla], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (run.status !== 0) throw new Error(run.stderr)
  const variables = JSON.parse(run.stdout)
  return [`all ${Object.keys(variables).length} variables of kolla-ansible`, variables]
}

/** Measures and prints. */
export async function templates() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-bench-'))
  try {
    const file = path.join(scratch, 'jinja.mjs')
    const { build } = await import('esbuild')
    const entry = `export { MemoStore, Templar, TemplateEnvironment, DictScope } from './src/jinja/index.ts'\nexport { fromJs } from './src/python/index.ts'`
    await build({
      stdin: { contents: entry, resolveDir: root, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
      logLevel: 'error',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    })
    const [what, variables] = hostVariables()
    print(what, theirs(scratch, variables), ours(await import(pathToFileURL(file).href), scratch, variables))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function theirs(scratch, chains) {
  const script = path.join(scratch, 'bench.py')
  writeFileSync(script, PYTHON)
  const input = JSON.stringify({ seconds: SECONDS, template: template(), variables: variables(), chains })
  const run = spawnSync('/usr/bin/python3', [script], { input, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

function ours({ DictScope, MemoStore, Templar, TemplateEnvironment, fromJs }, scratch, chains) {
  const environment = new TemplateEnvironment()
  const text = template()
  const templar = new Templar(environment, new DictScope(fromJs(variables())), { memo: new MemoStore() })
  const file = path.join(scratch, 'bench.j2')
  writeFileSync(file, text)
  const options = { path: file, searchPath: [scratch] }
  const all = fromJs(chains)
  const names = Object.keys(chains)
  return {
    render: rate(() => templar.renderFile(text, options)),
    resolve: rate(() => {
      const fresh = new Templar(environment, new DictScope(all), { memo: new MemoStore() })
      for (const name of names) {
        try {
          fresh.template(`{{ ${name} }}`)
        } catch {
          // What needs facts of the host cannot be resolved here; Ansible's Templar is asked for it, too.
        }
      }
    }),
  }
}

// CPU time, because other programs run too.
function rate(work) {
  for (let warm = 0; warm < 20; warm++) work()
  const start = process.cpuUsage()
  const used = () => (process.cpuUsage(start).user + process.cpuUsage(start).system) / 1e6
  // Asking for the CPU time costs as much as a small render.
  let count = 0
  while (used() < SECONDS) {
    for (let batch = 0; batch < 50; batch++) work()
    count += 50
  }
  return count / used()
}

function print(what, theirs, ours) {
  const row = (label, other, own) =>
    console.log(
      `${label.padEnd(66)} ${other.toFixed(1).padStart(9)} ${own.toFixed(1).padStart(9)} ${(own / other).toFixed(1).padStart(9)}x`,
    )
  console.log(`\n${'Templates, times a second of CPU'.padEnd(66)} ${'Python'.padStart(9)} ${'here'.padStart(9)}`)
  row('a 6 kB file, compiled before: Jinja2', theirs.jinja, ours.render)
  row("the same: Ansible's Templar", theirs.templar, ours.render)
  row(`${what}: Ansible's Templar`, theirs.resolve, ours.resolve)
}
