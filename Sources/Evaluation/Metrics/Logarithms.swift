internal import Foundation

/// A ratio of powers in dB.
func decibel(_ ratio: Double) -> Double { 10 * log10(ratio) }

/// e to a power.
func exponential(_ power: Double) -> Double { exp(power) }
