// SPDX-License-Identifier: Apache-2.0

/// The names of countries in the file and their ISO 3166-1 codes.
///
/// "Unspecified" and "European Community" name no country. "Channel Islands" are two: Jersey, the larger, stands for
/// both.
enum RetailCountries {
    static func code(of name: String) -> String? { codes[name] }

    private static let codes: [String: String] = [
        "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA",
        "Channel Islands": "JE", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
        "France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL",
        "Italy": "IT", "Japan": "JP", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL",
        "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG",
        "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "USA": "US", "United Arab Emirates": "AE",
        "United Kingdom": "GB",
    ]
}
