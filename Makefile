# Two commands matter: `make demo` derains a sample photo, `make test` runs the tests.

CONFIGURATION = release
SWIFT_BUILD = swift build -c $(CONFIGURATION)
BIN = .build/$(CONFIGURATION)
SAMPLES = models/samples

.PHONY: demo test test-all fuzz bench lint format setup build install deb clean

demo: setup
	$(SWIFT_BUILD) --product rescanc
	$(SWIFT_BUILD) --product RescanRuntime
	$(BIN)/rescanc compile models/rescan-gru.safetensors -o derain
	./derain $(SAMPLES)/scene-rainy.png scene-derained.png --compare $(SAMPLES)/scene-clean.png

build: setup
	$(SWIFT_BUILD)

# Tests whose tools are not installed are skipped, and the packages are named at the end.
# Tests run in release, as users do; the emitted programs they compile need the whole build, and
# what tests `make install` needs a product that no target of ours depends on.
test: setup
	$(SWIFT_BUILD) --build-tests
	$(SWIFT_BUILD) --product generate-manual
	swift test -c $(CONFIGURATION) --skip-build
	Scripts/check-onnx $(BIN)/rescanc
	@# The same bytes every time.
	FUZZ_SEED=1 Scripts/fuzz 3
	@Scripts/setup --missing

# The same with all the tools that are to be had.
test-all:
	@Scripts/setup --all
	$(MAKE) test

# Every reader gets bytes that nobody wrote, for so many seconds each.
SECONDS = 60
fuzz: setup
	Scripts/fuzz $(SECONDS)

bench: setup
	$(SWIFT_BUILD) --product rescanc
	benchmarks/setup.sh
	.venv/bin/python benchmarks/peers.py --rescanc $(BIN)/rescanc

lint:
	Scripts/check

format:
	swift format --in-place --recursive Sources Tests Package.swift

setup:
	@Scripts/setup

PREFIX = /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share
# Where zsh looks for completions.
ZSH_FUNCTIONS = $(SHARE)/zsh/site-functions
install: setup
	$(SWIFT_BUILD) --product rescanc
	$(SWIFT_BUILD) --product RescanRuntime
	$(SWIFT_BUILD) --product generate-manual
	install -D -s $(BIN)/rescanc $(DESTDIR)$(PREFIX)/bin/rescanc
	install -D -m 644 $(BIN)/libRescanRuntime.a $(DESTDIR)$(PREFIX)/lib/rescanc/libRescanRuntime.a
	mkdir -p $(SHARE)/rescanc
	cp -rT Sources/Runtime $(SHARE)/rescanc/runtime
	if [ -d .build/cross ]; then cp -r .build/cross/. $(DESTDIR)$(PREFIX)/lib/rescanc; fi
	install -D -m 644 models/rescan-gru.safetensors $(SHARE)/rescanc/models/rescan-gru.safetensors
	install -D -m 644 LICENSE $(SHARE)/doc/rescanc/copyright
	install -D -m 644 -t $(SHARE)/doc/rescanc README.md docs/*.md
	install -d $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(ZSH_FUNCTIONS) \
	  $(SHARE)/fish/vendor_completions.d
	Scripts/manual $(BIN) > $(SHARE)/man/man1/rescanc.1
	$(BIN)/rescanc --generate-completion-script bash \
	  > $(SHARE)/bash-completion/completions/rescanc
	$(BIN)/rescanc --generate-completion-script zsh > $(ZSH_FUNCTIONS)/_rescanc
	$(BIN)/rescanc --generate-completion-script fish \
	  > $(SHARE)/fish/vendor_completions.d/rescanc.fish

# A Debian package for the release of Debian that this is built on.
deb:
	rm -rf .build/deb
	$(MAKE) install DESTDIR=$(CURDIR)/.build/deb/root PREFIX=/usr \
	  ZSH_FUNCTIONS=$(CURDIR)/.build/deb/root/usr/share/zsh/vendor-completions
	Scripts/deb .build/deb

clean:
	rm -rf .build derain scene-derained.png
