# Two commands matter: `make demo` derains a sample photo, `make test` runs every test.

CONFIGURATION = release
SWIFT_BUILD = swift build -c $(CONFIGURATION)
BIN = .build/$(CONFIGURATION)
SAMPLES = models/samples

.PHONY: demo test bench lint format setup build install clean

demo: setup
	$(SWIFT_BUILD) --product rescanc
	$(SWIFT_BUILD) --product RescanRuntime
	$(BIN)/rescanc compile models/rescan-gru.safetensors -o derain
	./derain $(SAMPLES)/scene-rainy.png scene-derained.png --compare $(SAMPLES)/scene-clean.png

build: setup
	$(SWIFT_BUILD)

# Tests run in release, as users do; the emitted programs they compile need the whole build.
test: setup
	$(SWIFT_BUILD) --build-tests
	swift test -c $(CONFIGURATION) --skip-build

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
install: setup
	$(SWIFT_BUILD) --product rescanc
	$(SWIFT_BUILD) --product RescanRuntime
	install -D $(BIN)/rescanc $(DESTDIR)$(PREFIX)/bin/rescanc
	install -D -m 644 $(BIN)/libRescanRuntime.a $(DESTDIR)$(PREFIX)/lib/rescanc/libRescanRuntime.a
	mkdir -p $(DESTDIR)$(PREFIX)/share/rescanc
	cp -rT Sources/Runtime $(DESTDIR)$(PREFIX)/share/rescanc/runtime
	if [ -d .build/cross ]; then cp -r .build/cross/. $(DESTDIR)$(PREFIX)/lib/rescanc; fi
	install -D -m 644 models/rescan-gru.safetensors \
	  $(DESTDIR)$(PREFIX)/share/rescanc/models/rescan-gru.safetensors

clean:
	rm -rf .build derain scene-derained.png
