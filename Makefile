# Thin fronts: each target names the one command it runs. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help deps build demo demo-stop test test-asan test-tsan test-long bench format lint install clean
JOBS ?= $(shell nproc)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

deps: ## install what the machine lacks (Debian packages, pinned npm archives)
	@tools/install-deps

build: deps ## build the release binary: build/release/bin/boon
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target boon -j $(JOBS)

demo: build ## create an instance with a synthetic world, train, serve, and show one decision
	@tools/demo build/release/bin/boon

test: deps ## build with warnings as errors and run every test (test-long apart)
	cmake --preset dev --log-level=WARNING
	cmake --build --preset dev -j $(JOBS)
	cmake --build --preset dev -j $(JOBS) --target all_verify_interface_header_sets
	ctest --preset dev

test-asan: deps ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	cmake --preset asan --log-level=WARNING
	cmake --build --preset asan -j $(JOBS)
	ctest --preset asan -LE tree

test-tsan: deps ## the tests under ThreadSanitizer
	cmake --preset tsan --log-level=WARNING
	cmake --build --preset tsan -j $(JOBS)
	ctest --preset tsan -LE tree

test-long: deps ## crash loops and million-row runs (an hour or so)
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure --no-tests=error -L long

bench: deps ## build and run the benchmarks (bench/)
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	bench/run build/release/bin

format: ## rewrite the sources as clang-format-19 has them
	@git ls-files -co --exclude-standard '*.h' '*.cc' | xargs clang-format-19 -i

demo-stop: ## stop the server that `make demo` started
	@tools/demo build/release/bin/boon stop

lint: deps ## formatting, clang-tidy, and the checks of the tree
	@git ls-files -co --exclude-standard '*.h' '*.cc' | xargs clang-format-19 --dry-run --Werror
	@cmake --preset tidy --log-level=WARNING
	@tools/tidy build/tidy
	@python3 tools/check-tree .

install: build ## install the binary and its libraries under PREFIX (default /usr/local)
	cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

clean: ## remove what was built (not .deps)
	rm -rf build
