# Thin fronts: each target names the one command it runs. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help deps deps-lint build demo demo-stop test test-asan test-tsan test-long bench format check-format lint install clean
JOBS ?= $(shell nproc)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

deps: ## install what the machine lacks (Debian packages, pinned npm archives)
	@tools/install-deps

deps-lint:
	@tools/install-deps lint

build: deps ## build the release binary: build/release/bin/boon
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target boon -j $(JOBS)

demo: build ## create an instance with a synthetic world, train, serve, and show one decision
	@tools/demo build/release/bin/boon

demo-stop: ## stop the server that `make demo` started
	@tools/demo build/release/bin/boon stop

# The form first: what can be told in ten seconds is not told after the build.
test: check-format ## check the form, build with warnings as errors and run every test (test-long apart)
	cmake --preset dev --log-level=WARNING
	ctest --preset dev -R '^(layers|tidiness)$$'
	cmake --build --preset dev -j $(JOBS)
	cmake --build --preset dev -j $(JOBS) --target all_verify_interface_header_sets
	ctest --preset dev

# The rooms that parse strangers' bytes, and those with threads of their own: what fits into CI beside the tests.
ASAN_ROOMS := base config db http
TSAN_ROOMS := db http history
sanitized = cmake --preset $(1) --log-level=WARNING && \
	cmake --build --preset $(1) -j $(JOBS) --target $(addsuffix _test,$(2)) && \
	ctest --preset $(1) -R '^($(subst $() $(),|,$(strip $(2))))$$'

test-asan: deps ## tests of some rooms (ASAN_ROOMS) under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call sanitized,asan,$(ASAN_ROOMS))

test-tsan: deps ## tests of some rooms (TSAN_ROOMS) under ThreadSanitizer
	$(call sanitized,tsan,$(TSAN_ROOMS))

test-long: deps ## crash loops and million-row runs (an hour or so)
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure --no-tests=error -L long

bench: deps ## build and run the benchmarks (bench/)
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	bench/run build/release/bin

# What git knows or does not ignore, and is there.
formatted = git ls-files -co --exclude-standard '*.h' '*.cc' | xargs -r ls -d 2>/dev/null | xargs -r -P $(JOBS) -n 100 clang-format-19

format: deps ## rewrite the sources as clang-format-19 has them
	@$(formatted) -i

check-format: deps ## refuse sources that clang-format-19 would change
	@$(formatted) --dry-run --Werror

lint: check-format deps-lint ## formatting, clang-tidy (what passed before is remembered), and the checks of the tree
	@cmake --preset tidy --log-level=WARNING
	@tools/tidy build/tidy
	@python3 tools/check-tree .

install: build ## install the binary and its libraries under PREFIX (default /usr/local)
	cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

clean: ## remove what was built (not .deps)
	rm -rf build
