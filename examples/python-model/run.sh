#!/usr/bin/env bash
# Trains a classifier of generated domains with scikit-learn, serves it, registers it,
# and lets the rules of ../dga ask it about the messages there.
#
#   ./run.sh                    served by Python's own HTTP server
#   ./run.sh v2                 served by MLServer, by the Open Inference Protocol
#   ./run.sh [v2] HOST:PORT     registered in that ZooKeeper, not in a file
#
# PYTHON names the Python to use, STELLAR the command; they are python3 and what the
# repository builds.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in -*)
	sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
	exit
	;;
esac
protocol=get
if [ "${1:-}" = v2 ]; then
	protocol=v2
	shift
fi
zookeeper=${1:-}
python=${PYTHON:-python3}

modules=(sklearn joblib)
[ $protocol = v2 ] && modules+=(mlserver)
for module in "${modules[@]}"; do
	if ! "$python" -c "import $module" 2>/dev/null; then
		echo "$python lacks the module $module: make an environment with" >&2
		echo "    python3 -m venv env && env/bin/pip install -r $PWD/requirements.txt" >&2
		echo "and name it: PYTHON=env/bin/python $0 $*" >&2
		exit 3
	fi
done

work=$(mktemp -d)
started=()
leave() {
	for process in ${started[@]+"${started[@]}"}; do
		kill "$process" 2>/dev/null || true
		wait "$process" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap leave EXIT

stellar=${STELLAR:-}
if [ -z "$stellar" ]; then
	stellar=$work/stellar
	(cd ../.. && go build -o "$stellar" ./repl/cmd/stellar)
fi

# try waits until a command succeeds, a minute at most.
try() {
	for _ in $(seq 600); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "not within a minute: $*" >&2
	cat "$work/log" >&2
	return 1
}

export MODEL_FILE=$work/model.joblib PYTHONDONTWRITEBYTECODE=1
"$python" train.py "$MODEL_FILE"

if [ $protocol = v2 ]; then
	read -r http grpc metrics < <("$python" -c '
import socket
free = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(s.getsockname()[1] for s in free))')
	MLSERVER_HOST=127.0.0.1 MLSERVER_HTTP_PORT=$http MLSERVER_GRPC_PORT=$grpc MLSERVER_METRICS_PORT=$metrics \
		MLSERVER_PARALLEL_WORKERS=0 "$python" -m mlserver.cli.main start mlserver >"$work/log" 2>&1 &
	started+=($!)
	url=http://127.0.0.1:$http
	try "$python" -c "import urllib.request; urllib.request.urlopen('$url/v2/models/dga/ready')"
else
	"$python" serve.py 0 >"$work/url" 2>"$work/log" &
	started+=($!)
	try grep -q http "$work/url"
	url=$(cat "$work/url")
fi

# What the registry says of the version: how it is asked, and what goes in.
release='{"protocol": "get"}'
[ $protocol = v2 ] && release='{"protocol": "v2", "inputs": [{"name": "host", "datatype": "BYTES", "shape": [-1, 1]}]}'

if [ -n "$zookeeper" ]; then
	registry=(-z "$zookeeper")
	echo "$release" >"$work/release.json"
	"$stellar" maas register "$url" --name dga --version 1.0 --release "$work/release.json" "${registry[@]}" &
	started+=($!)
	try "$stellar" maas show dga "${registry[@]}"
else
	registry=(--models "$work/models.json")
	"$python" -c '
import json, sys
url, release = sys.argv[1:]
json.dump({
    "models": [{"name": "dga", "version": "1.0", "url": url}],
    "releases": [{"model": "dga", "version": "1.0", **json.loads(release)}],
}, sys.stdout)' "$url" "$release" >"$work/models.json"
fi

"$stellar" maas list "${registry[@]}"
"$stellar" maas call dga --args '{"host": "qxvhzrtkwpla.com"}' "${registry[@]}"
"$stellar" run ../dga/dga.stellar ../dga/messages.jsonl --parallel 16 --require-models \
	--keep domain_without_subdomains,dga_result_map,is_dga "${registry[@]}" >"$work/out.jsonl"
"$python" - "$work/out.jsonl" <<'PYTHON'
import json, sys

messages = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
malicious = sorted({m["domain_without_subdomains"] for m in messages if m["is_dga"]})
print(f"{len(messages)} messages, {sum(m['is_dga'] for m in messages)} of them to generated domains:")
for domain in malicious:
    print("   ", domain)
PYTHON
