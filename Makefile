# make            install from the lockfile and build; quick when nothing changed
# make test       build, then every test
# make check      types, lint, dead code, then every test
# make demo       a tracker and three peers on this machine, shown in plain words
# make demo-lan   five machines with cables to pull, on this one: Linux, as root, with ip, tc and nft
# make bench      figures against named rivals, as ratios in one run
# make clean      take away what these made

SOURCES := $(shell find src -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.svg')
INSTALLED := node_modules/.package-lock.json
BUILT := dist/main.js

.PHONY: all test check demo demo-lan bench clean
.DELETE_ON_ERROR:

all: $(BUILT)

$(INSTALLED): package.json package-lock.json
	npm ci --loglevel=error
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES) rolldown.config.js vite.config.ts package.json
	npx rolldown --config >/dev/null
	npx vite build --logLevel warn --mode client
	npx vite build --logLevel warn --mode tracker
	@chmod +x $@ && touch $@

test: $(BUILT)
	npx vitest run

check: $(BUILT)
	npx tsc
	npx tsc -p tsconfig.pages.json
	npx biome check --error-on-warnings .
	npx knip
	npx vitest run

demo: $(BUILT)
	node $(BUILT) demo

demo-lan: $(BUILT)
	@npx tsc -p tsconfig.bench.json
	@node bench/out/bench/demoLan.js

bench: $(BUILT)
	npx tsc -p tsconfig.bench.json
	node --expose-gc bench/out/bench/run.js $(BENCH)

clean:
	rm -rf dist node_modules coverage bench/out
