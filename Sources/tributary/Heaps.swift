// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#endif

/// How many heaps the C library may keep.
enum Heaps {
    /// It makes one for each thread and gives little of them back: two are as fast here and hold far less memory.
    static func keepFew() {
        #if canImport(Glibc)
            // <malloc.h> is not part of Swift's Glibc: `mallopt(M_ARENA_MAX, 2)`.
            guard let symbol = dlsym(nil, "mallopt") else { return }
            typealias Setting = @convention(c) (Int32, Int32) -> Int32
            _ = unsafeBitCast(symbol, to: Setting.self)(-8, 2)
        #endif
    }
}
