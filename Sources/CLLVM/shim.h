#include <llvm/Config/llvm-config.h>

_Static_assert(LLVM_VERSION_MAJOR == 14 || LLVM_VERSION_MAJOR == 19,
               "rescanc builds with LLVM 14 or 19: install llvm-dev, or set LLVM_PREFIX to "
               "/usr/lib/llvm-14 or /usr/lib/llvm-19");

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
